"""Fields people still write, from older releases or by habit, and what to do instead.

Read by `hedgehog.py`. Patterns are those of `kind.py`: `[]` any item, `{}` any key.
"""

__all__ = ['OLD_FIELDS']

_SORT = 'the sort of a connection is the name of the field below spec, such as spec.fabric'
_FABRIC_ENDS = 'write spine and leaf, each with its port'
_DOMAIN_ENDS = 'write peerLinks and sessionLinks, each link with switch1 and switch2'

OLD_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    'Connection': (
        ('spec.type', f'remove it: {_SORT}'),
        ('spec.links', f'move it: {_SORT}.links'),
        ('spec.link', 'move it to spec.unbundled.link'),
        ('spec.fabric.links[].switch', _FABRIC_ENDS),
        ('spec.fabric.links[].peer', _FABRIC_ENDS),
        ('spec.fabric.links[].switch1', _FABRIC_ENDS),
        ('spec.fabric.links[].switch2', _FABRIC_ENDS),
        ('spec.mclagDomain.peer1', _DOMAIN_ENDS),
        ('spec.mclagDomain.peer2', _DOMAIN_ENDS),
        ('spec.eslagDomain', 'remove it: ESLAG needs a SwitchGroup and no connection of its own'),
        ('spec.management', 'remove it: management links are not described any more'),
    ),
    'IPv4Namespace': (
        ('spec.cidr', 'write subnets, a list of prefixes'),
        ('spec.prefixes', 'did you mean subnets?'),
    ),
    'Switch': (
        ('spec.type', 'did you mean role?'),
        ('spec.location', 'remove it: switches are recognised by spec.boot'),
        ('spec.locationSig', 'remove it: switches are recognised by spec.boot'),
    ),
    'VLANNamespace': (
        ('spec.ranges[].start', 'did you mean from?'),
        ('spec.ranges[].end', 'did you mean to?'),
    ),
    'VPC': (
        ('spec.subnets{}.cidr', 'did you mean subnet?'),
        ('spec.subnets{}.vlanId', 'did you mean vlan?'),
        ('spec.subnets{}.vlanID', 'did you mean vlan?'),
        ('spec.subnets{}.description', 'remove it, or write it as a comment'),
        ('spec.description', 'remove it, or write it as an annotation'),
    ),
    'VPCAttachment': (
        ('spec.vpc', 'write subnet with both names: vpc/subnet'),
        ('spec.vlan', 'remove it: the VLAN is that of the subnet'),
    ),
}
