"""References to objects that no file describes.

What exists without a file is left out: the namespaces and the gateway group `default`, which the
installer creates, and the switch profiles that are shipped with the product.
"""

from collections.abc import Iterable, Iterator

from ...documents import format_field_path
from ...findings import Severity
from ..problem import Problem
from ..references import ReferenceFound, references_of
from .fabric import DEFAULT, Fabric, FabricObject, Place
from .links import MCLAG, type_of, types_of
from .nearest import Names

__all__ = ['dangling_references', 'references_missing']

_ASKED = ('Switch', 'Server')
_INSTALLED = {'IPv4Namespace', 'VLANNamespace', 'GatewayGroup'}


def dangling_references(fabric: Fabric) -> Iterator[Place]:
    """One problem per object and missing name, at the first field that names it."""
    return references_missing(fabric, fabric.all())


def references_missing(fabric: Fabric, things: Iterable[FabricObject]) -> Iterator[Place]:
    """The same, told of some objects only."""
    names: dict[str, Names] = {}
    for thing in things:
        told: set[tuple[str, str]] = set()
        for found in references_of(thing.value, thing.kind):
            missing = (found.targets[0], found.name)
            if _exists(found, fabric) or missing in told:
                continue
            told.add(missing)
            target = found.targets[0]
            if target not in names:
                names[target] = Names(fabric.names(target))
            yield thing, _problem(thing, found, names[target].nearest(found.name))


def _exists(found: ReferenceFound, fabric: Fabric) -> bool:
    for target in found.targets:
        names = fabric.names(target)
        if found.name in names or (found.name == DEFAULT and target in _INSTALLED):
            return True
        if target == 'SwitchProfile' and not names:
            return True
    return False


def _problem(thing: FabricObject, found: ReferenceFound, nearest: str) -> Problem:
    target = ' or '.join(found.targets)
    message = f'{format_field_path(found.path)} names {target} {found.name!r}, which does not exist'
    suggestion = f'did you mean {nearest!r}?' if nearest else ''
    return Problem(_severity(thing, found), 'ReferenceMissing', message, found.path, suggestion)


def _severity(thing: FabricObject, found: ReferenceFound) -> Severity:
    """Of a connection the cluster looks up only the switches and servers of its type."""
    if 'SwitchProfile' in found.targets:
        return Severity.INFO
    if thing.kind.kind != 'Connection':
        return Severity.ERROR
    kind = type_of(types_of(thing.spec))
    asked = found.path[1] == kind and kind not in MCLAG and found.targets[0] in _ASKED
    return Severity.ERROR if asked else Severity.INFO
