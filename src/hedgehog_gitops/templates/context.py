"""What a template can look at: the fabric, its objects, and the variables, by name.

Built by `workflows/render.py`. Every part has a digest, so that a template which looks at one part
is not rendered again because another one changed.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import Any

from ..documents import Value

__all__ = ['RESERVED', 'Context']

RESERVED = ('fabric', 'resources', 'netbox')
"""The names no variable can take."""


class Context:
    """The values of one run. `resources` is read only when a template asks for it."""

    def __init__(
        self,
        fabric: Mapping[str, Value],
        variables: Mapping[str, Value],
        resources: Callable[[], Mapping[str, Value]],
    ) -> None:
        self._named: dict[str, Value] = {**variables, 'fabric': dict(fabric)}
        self._resources_of = resources
        self._digests: dict[tuple[str, ...], str] = {}

    @property
    def variables(self) -> Mapping[str, Value]:
        """Every name but those of the fabric itself."""
        return {name: value for name, value in self._named.items() if name not in RESERVED}

    @cached_property
    def resources(self) -> dict[str, Value]:
        """The objects of the fabric that no template made, by kind, each kind sorted by name."""
        return dict(self._resources_of())

    def has(self, name: str) -> bool:
        """Whether there is a value of this name."""
        return name == 'resources' or name in self._named

    def value(self, name: str) -> Value:
        """The value of a name; KeyError where there is none."""
        return self.resources if name == 'resources' else self._named[name]

    def digest(self, part: tuple[str, ...]) -> str:
        """What stands for a part of the context: a name, or a name and one field of it."""
        if part not in self._digests:
            text = dumps(self._part(part), separators=(',', ':'), default=str)
            self._digests[part] = sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()
        return self._digests[part]

    def _part(self, part: tuple[str, ...]) -> Any:
        if not self.has(part[0]):
            return ['absent']
        value = self.value(part[0])
        if len(part) > 1 and isinstance(value, dict):
            # Whether a field is there at all makes a difference, too.
            return [part[1] in value, value.get(part[1])]
        return [value]
