"""Connections that are to be at other ports, while other objects go on to refer to them.

Used by `generate.py`: a cable that is plugged in elsewhere takes along what is attached to its
Connection, and whoever attached it may not know. Files are read only where there is such a one.
"""

from collections.abc import Mapping

from ..documents import Limits
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import CommitId, ResourceKey
from ..kinds.references import references_of
from ..layout import Fabric
from ..templates import Rendered
from ..wiring import ports_of, spec_in
from .check import judged_fabric

__all__ = ['replugged']

_SHOWN = 3
_HINT = 'see that they are still meant, or give the cable the name its Connection is to keep'


def replugged(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    made: Rendered,
    before: Mapping[str, bytes],
    limits: Limits,
) -> list[Finding]:
    """Returns one finding for each; `before` are the texts of the Connections made last."""
    changed: dict[str, ResourceKey] = {}
    for one in made.objects:
        was = before.get(one.key.name) if one.key.kind == 'Connection' else None
        if was is None or was == one.text:
            continue
        if ports_of(spec_in(was)) != ports_of(spec_in(one.text)):
            changed[one.key.name] = one.key
    users: dict[str, dict[str, None]] = {}
    for placed in judged_fabric(store, head, fabric, limits).objects() if changed else ():
        kind = fabric.catalogue.find(placed.key.group, placed.key.kind)
        if kind is None or not placed.path.startswith(f'{fabric.managed}/'):
            continue
        for reference in references_of(placed.found.value, kind):
            if 'Connection' in reference.targets and reference.name in changed:
                user = f'{placed.key.kind} {placed.key.name}'
                users.setdefault(reference.name, {})[user] = None
    return [_finding(changed[name], list(users[name])) for name in sorted(users)]


def _finding(key: ResourceKey, users: list[str]) -> Finding:
    more = f' and {len(users) - _SHOWN} more' if len(users) > _SHOWN else ''
    message = (
        f'Connection {key.name} is at other ports now, and so is what refers to it: '
        f'{", ".join(users[:_SHOWN])}{more}'
    )
    return Finding(Severity.WARNING, 'WiringPortsChanged', message, resource=key, suggestion=_HINT)
