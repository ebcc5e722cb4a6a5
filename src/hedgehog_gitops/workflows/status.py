"""How a fabric stands at one commit: its objects, what waits in raw/, what is missing.

Called by `hedgehog-gitops status`. Every number is counted from the tree when it is asked for.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId, RepoPath
from ..ingest import raw_files
from ..layout import Fabric
from .history import Entry, fabric_history
from .reading import entries_below, inventory
from .structure import missing_structure

__all__ = ['Status', 'fabric_status']


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a fabric in Git. `kinds` counts its objects, `waiting` are raw files."""

    fabric: Fabric
    commit: CommitId
    initialised: bool
    kinds: Mapping[str, int]
    waiting: tuple[RepoPath, ...]
    unmanaged: int
    missing: tuple[RepoPath, ...]
    last: Entry | None
    findings: tuple[Finding, ...]

    @property
    def objects(self) -> int:
        return sum(self.kinds.values())

    def as_json(self) -> dict[str, Any]:
        return {
            'fabric': {
                'name': self.fabric.name,
                'slug': self.fabric.slug,
                'directory': self.fabric.base,
                'archive_strategy': str(self.fabric.archive_strategy),
                'bad_documents': str(self.fabric.bad_documents),
            },
            'initialised': self.initialised,
            'objects': self.objects,
            'kinds': dict(self.kinds),
            'raw_files': list(self.waiting),
            'unmanaged_files': self.unmanaged,
            'missing': list(self.missing),
            'last': self.last.as_json() if self.last else None,
        }

    def facts(self) -> list[tuple[str, str]]:
        """Names and values in the order a person reads them."""
        return [
            ('fabric', f'{self.fabric.name} ({self.fabric.base or "/"})'),
            ('commit', self.commit),
            ('layout', self._layout()),
            ('objects', str(self.objects)),
            ('waiting in raw/', str(len(self.waiting))),
            ('files in unmanaged/', str(self.unmanaged)),
            ('last change', self._last()),
        ]

    def _last(self) -> str:
        if self.last is None:
            return 'none'
        return f'{self.last.subject} ({self.last.author}, {self.last.when:%Y-%m-%d %H:%M})'

    def _layout(self) -> str:
        if not self.initialised:
            return 'not initialised'
        return f'{len(self.missing)} parts missing' if self.missing else 'complete'


def fabric_status(store: GitStore, commit: CommitId, fabric: Fabric) -> Status:
    """Returns how the fabric stands at `commit`."""
    entries = entries_below(store, commit, fabric.base)
    found = inventory(store, fabric, entries)
    kinds = Counter(key.kind for key in found.by_key)
    history = fabric_history(store, commit, fabric, limit=1)
    unmanaged = [p for p in entries if p.startswith(f'{fabric.unmanaged}/') and _is_content(p)]
    return Status(
        fabric=fabric,
        commit=commit,
        initialised=fabric.manifest in entries,
        kinds=dict(sorted(kinds.items())),
        waiting=tuple(raw_files(entries, fabric)),
        unmanaged=len(unmanaged),
        missing=tuple(missing_structure(fabric, entries)),
        last=history[0] if history else None,
        findings=found.findings,
    )


def _is_content(path: RepoPath) -> bool:
    return not path.endswith('/.gitkeep')
