"""A wiring -> the objects of a fabric. What cannot be mapped is left out, with a finding.

Called by `workflows/generate.py` and by `describe.py`, which proves with it that nothing was lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..findings import Finding, has_errors
from ..identity import ResourceKey
from .cable_groups import cable_groups
from .connections import connection_objects
from .devices import device_objects, known_devices
from .last_names import NOTHING_BEFORE
from .mapping import DEFAULT_MAPPING, WiringMapping
from .model import Wiring
from .networks import network_objects
from .objects import MadeOf, error

__all__ = ['Generated', 'generate_networks', 'generate_wiring']


@dataclass(frozen=True, slots=True)
class Generated:
    """The objects, in order, and what was found wrong.

    Not `whole`: something could not be mapped, so that what is missing may be missing for that.
    """

    objects: tuple[MadeOf, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def whole(self) -> bool:
        return not has_errors(self.findings)


def generate_wiring(
    wiring: Wiring,
    mapping: WiringMapping = DEFAULT_MAPPING,
    before: Mapping[str, bytes] = NOTHING_BEFORE,
) -> Generated:
    """Devices and cables as Switch, Server, Gateway, SwitchGroup and Connection.

    `before` are the texts of the Connections generated last: what stays keeps its name.
    """
    known = known_devices(wiring.devices, mapping)
    for name in known.twice:
        del known.by_name[name]
    groups = cable_groups(wiring.cables, known, mapping)
    connections = connection_objects(groups.groups, before)
    objects = [*device_objects(known, mapping), *connections.objects]
    parts = (wiring, known, groups, connections)
    return _once(objects, [finding for part in parts for finding in part.findings])


def generate_networks(wiring: Wiring) -> Generated:
    """VLAN groups, pools and VRFs as VLANNamespace, IPv4Namespace and VPC."""
    networks = network_objects(wiring)
    return _once(networks.objects, networks.findings)


def _once(objects: list[MadeOf], findings: list[Finding]) -> Generated:
    """In the order of kind and name, so that a moved cable moves nothing else."""
    by_key: dict[ResourceKey, MadeOf] = {}
    for made in objects:
        if by_key.setdefault(made.key, made) is not made:
            message = f'{made.key.kind} {made.key.name} would be made twice; the first counts'
            findings.append(error('WiringNameTaken', message, 'give one of them another name'))
    return Generated(tuple(by_key[key] for key in sorted(by_key)), tuple(findings))
