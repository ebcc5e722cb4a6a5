"""What templates made, kept beside the clone, so that none is rendered twice for the same.

Used by `render.py`. Whether something kept is still true is told by its mark; a damaged row counts
as none.
"""

import contextlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

from ..documents import Limits
from ..git import GitStore
from ..layout import Fabric
from ..templates import Bounds, Rendered
from .caches import Cache

if TYPE_CHECKING:
    from .render import Render

__all__ = ['KnownRenders']

# Raise this when the same template, context and bounds begin to make something else.
_VERSION = 3


class KnownRenders:
    """The cache of one fabric; `filters` are the names of the caller's own, `stamp` their state."""

    def __init__(
        self,
        store: GitStore,
        fabric: Fabric,
        bounds: Bounds,
        limits: Limits,
        filters: Iterable[str],
        stamp: str,
    ) -> None:
        state = (_VERSION, fabric.catalogue.digest, bounds, limits, sorted(filters), stamp)
        self._cache = Cache.of(store, 'renders', fabric, state)
        self._read: dict[str, Rendered] = {}

    @classmethod
    def of(cls, store: GitStore, fabric: Fabric, asked: 'Render', limits: Limits) -> Self:
        """The cache of what is rendered as it is asked for."""
        return cls(store, fabric, asked.bounds, limits, asked.filters, asked.filters_stamp)

    def read(self) -> Mapping[str, Rendered]:
        """Returns what is kept, by template."""
        for name, row in self._cache.read().items():
            with contextlib.suppress(KeyError, ValueError, TypeError):
                self._read[name] = Rendered.from_json(name, row)
        return self._read

    def keep(self, rendered: Mapping[str, Rendered]) -> None:
        """Keeps these in the place of what was kept, where anything can be written."""
        kept = {name: one for name, one in rendered.items() if not _may_pass(one)}
        if kept != self._read:
            self._cache.write_if_possible({name: one.as_json() for name, one in kept.items()})


def _may_pass(one: Rendered) -> bool:
    """Whether it may be otherwise next time, because a busy machine took too long."""
    return any(finding.code == 'TemplateBound' for finding in one.findings)
