"""Every rule that needs the whole fabric, in the order their problems are told.

`fabric_problems` is called by the check workflow, once per fabric.
"""

from collections.abc import Sequence

from ..catalogue import Catalogue
from ..problem import Problem
from .attachments_across import attachments_across
from .connections_across import eslags_across, link_addresses_across, ports_across
from .dangling import dangling_references
from .externals_across import external_attachments_across
from .fabric import Fabric, FabricObject
from .peerings_across import (
    external_peerings_across,
    gateway_peerings_across,
    pairs_across,
    vpc_peerings_across,
)
from .switches_across import addresses_across, asns_across, switch_namespaces_across
from .vpcs_across import subnets_across, vlans_across

__all__ = ['fabric_problems']

_RULES = (
    dangling_references,
    switch_namespaces_across,
    addresses_across,
    asns_across,
    ports_across,
    link_addresses_across,
    eslags_across,
    subnets_across,
    vlans_across,
    attachments_across,
    external_attachments_across,
    vpc_peerings_across,
    external_peerings_across,
    gateway_peerings_across,
    pairs_across,
)


def fabric_problems(
    objects: Sequence[FabricObject], catalogue: Catalogue
) -> list[tuple[FabricObject, Problem]]:
    """What the cluster would say about objects which do not fit together; never raises.

    Only kinds of the catalogue count; of objects with one identity only the first.
    """
    fabric = Fabric([thing for thing in objects if catalogue.find(thing.key.group, thing.key.kind)])
    return [place for rule in _RULES for place in rule(fabric)]
