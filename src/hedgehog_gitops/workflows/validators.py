"""Validators of other packages: entry points of the group `hedgehog_gitops.validators`.

Whoever starts the engine (the command line, the plugin) hands the entry points in once; from then
on every fabric that is read carries the validators in its catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint

from ..documents import Value
from ..identity import ResourceKey
from ..kinds import CATALOGUE, Catalogue, Problem, Validator
from ..layout import Fabric

__all__ = ['GROUP', 'built_in_kinds', 'use_validators', 'validators_from', 'with_validators']

GROUP = 'hedgehog_gitops.validators'

_in_use: list[tuple[Validator, ...]] = [()]


def validators_from(points: Iterable[EntryPoint]) -> tuple[Validator, ...]:
    """Makes validators of entry points, in the order of package and name; nothing is loaded yet."""
    made = [
        Validator(
            point.name,
            point.dist.name if point.dist else '(unknown package)',
            point.dist.version if point.dist else '',
            _Loaded(point.name, point.value),
        )
        for point in points
    ]
    return tuple(sorted(made, key=lambda each: (each.package, each.name)))


def use_validators(validators: Iterable[Validator]) -> None:
    """Makes these the validators of every fabric read from now on in this process."""
    _in_use[0] = tuple(validators)


def built_in_kinds() -> Catalogue:
    """Returns the built-in kinds with the validators in use."""
    return replace(CATALOGUE, validators=_in_use[0]) if _in_use[0] else CATALOGUE


def with_validators(fabric: Fabric) -> Fabric:
    """Returns the fabric with the validators in use."""
    if fabric.catalogue.validators == _in_use[0]:
        return fabric
    return replace(fabric, catalogue=replace(fabric.catalogue, validators=_in_use[0]))


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Loads the entry point when it is first asked; travels between processes by name."""

    name: str
    value: str

    def __call__(self, value: Value, key: ResourceKey) -> Iterable[Problem]:
        found: Iterable[Problem] = EntryPoint(self.name, self.value, GROUP).load()(value, key)
        return found
