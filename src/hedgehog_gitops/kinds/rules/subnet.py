"""One subnet of a VPC as rules see it: parsed once, with the gateway the cluster would fill in.

The rules of VPCs, of their DHCP and those between VPCs read subnets here.
"""

from typing import NamedTuple

from ...documents import FieldPath, Value
from .addresses import Address, Prefix, address_of, prefix_of
from .reading import mapping, number, text

__all__ = ['Subnet', 'subnets_of']


class Subnet(NamedTuple):
    """A subnet with its name; what cannot be read is None. `gateway` is the default one if any."""

    name: str
    config: dict[str, Value]
    prefix: Prefix | None
    gateway: Address | None
    vlan: int | None

    @property
    def path(self) -> FieldPath:
        """The field of the subnet."""
        return ('spec', 'subnets', self.name)

    @property
    def host_bgp(self) -> bool:
        """Whether hosts announce their addresses themselves: no gateway, no VLAN, no DHCP."""
        return self.config.get('hostBGP') is True


def subnets_of(spec: dict[str, Value]) -> list[Subnet]:
    """The subnets of a VPC's spec which are mappings."""
    return [
        _read(name, config)
        for name, config in mapping(spec.get('subnets')).items()
        if isinstance(config, dict)
    ]


def _read(name: str, config: dict[str, Value]) -> Subnet:
    written = text(config.get('subnet'))
    prefix = prefix_of(written) if written else None
    return Subnet(name, config, prefix, _gateway(config, prefix), number(config.get('vlan')))


def _gateway(config: dict[str, Value], prefix: Prefix | None) -> Address | None:
    written = config.get('gateway')
    if isinstance(written, str) and written:
        return address_of(written)
    if config.get('hostBGP') is True or prefix is None:
        return None
    return prefix.at(1)
