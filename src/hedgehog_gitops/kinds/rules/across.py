"""Every rule that needs the whole fabric, in the order their problems are told.

`fabric_problems` is called by the check workflow, once per fabric; `problems_brought` by the edit
workflow, for what a few objects that change do to all others.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ..catalogue import Catalogue
from .attachments_across import attachments_across
from .connections_across import eslags_across, link_addresses_across, ports_across
from .dangling import dangling_references, references_missing
from .externals_across import external_attachments_across
from .fabric import Fabric, FabricObject, Place
from .peerings_across import (
    external_peerings_across,
    gateway_peerings_across,
    pairs_across,
    vpc_peerings_across,
)
from .switches_across import addresses_across, asns_across, switch_namespaces_across
from .vpcs_across import subnets_across, vlans_across

__all__ = ['fabric_problems', 'kinds_concerned', 'problems_brought']

type _Rule = Callable[[Fabric], Iterator[Place]]

# Each with the kinds that it reads; a test holds them to it.
_RULES: dict[_Rule, frozenset[str]] = {
    rule: frozenset(kinds.split())
    for rule, kinds in (
        (switch_namespaces_across, 'Switch VLANNamespace'),
        (addresses_across, 'Switch Gateway'),
        (asns_across, 'Switch'),
        (ports_across, 'Connection'),
        (link_addresses_across, 'Connection'),
        (eslags_across, 'Connection Switch'),
        (subnets_across, 'VPC IPv4Namespace'),
        (vlans_across, 'VPC VLANNamespace'),
        (attachments_across, 'VPCAttachment VPC Connection Switch'),
        (external_attachments_across, 'ExternalAttachment External Connection'),
        (vpc_peerings_across, 'VPCPeering VPC'),
        (external_peerings_across, 'ExternalPeering VPC External'),
        (gateway_peerings_across, 'GatewayPeering VPC'),
        (pairs_across, 'VPCPeering ExternalPeering GatewayPeering'),
    )
}


def fabric_problems(objects: Iterable[FabricObject], catalogue: Catalogue) -> list[Place]:
    """What the cluster would say about objects which do not fit together; never raises.

    Only kinds of the catalogue count; of objects with one identity only the first.
    """
    fabric = Fabric([thing for thing in objects if catalogue.find(thing.key.group, thing.key.kind)])
    return [place for rule in (dangling_references, *_RULES) for place in rule(fabric)]


def kinds_concerned(
    changed: Collection[str], removed: Collection[str], catalogue: Catalogue
) -> frozenset[str]:
    """The kinds whose objects must be read to judge a change of objects of some kinds."""
    read = (kinds for kinds in _RULES.values() if not kinds.isdisjoint(changed))
    naming = (
        kind.kind
        for kind in catalogue.kinds
        if any(not set(removed).isdisjoint(row.targets) for row in kind.references)
    )
    return frozenset(changed).union(*read, naming)


def problems_brought(
    others: Sequence[FabricObject], before: Sequence[FabricObject], after: Sequence[FabricObject]
) -> list[Place]:
    """Problems of the others together with `after` that they did not have with `before`.

    Of two objects that collide the changed one is told, where their rule looks at one kind. Others
    of a kind that is not concerned may come without a value: only their names are asked for.
    """
    changed = {thing.kind.kind for thing in (*before, *after)}
    removed = {t.kind.kind for t in before} if _names(before) - _names(after) else set()
    pointing = [
        thing
        for thing in others
        if any(not removed.isdisjoint(row.targets) for row in thing.kind.references)
    ]
    rules = [rule for rule, kinds in _RULES.items() if not kinds.isdisjoint(changed)]
    now = _problems(rules, Fabric([*others, *after]), [*after, *pointing])
    if not now:
        return []
    then = _problems(rules, Fabric([*others, *before]), [*before, *pointing])
    known = {_mark(place) for place in then}
    return [place for place in now if _mark(place) not in known]


def _problems(
    rules: Iterable[_Rule], fabric: Fabric, referring: Iterable[FabricObject]
) -> list[Place]:
    across = (place for rule in rules for place in rule(fabric))
    return [*references_missing(fabric, referring), *across]


def _names(things: Iterable[FabricObject]) -> set[tuple[str, str]]:
    return {(thing.kind.kind, thing.key.name) for thing in things}


def _mark(place: Place) -> tuple[object, ...]:
    thing, problem = place
    return thing.key, problem.code, problem.message
