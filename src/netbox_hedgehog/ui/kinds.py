"""The kinds a person works with, by the group they are looked for in, with their plural names.

Used by the menu, the list's heading and the page that adds an object.
"""

from django.utils.translation import gettext_lazy as _

__all__ = ['GATEWAY_KINDS', 'GROUPS', 'LABELS', 'VPC_KINDS', 'WIRING_KINDS']

WIRING_KINDS = (
    ('Switch', _('Switches')),
    ('Server', _('Servers')),
    ('Connection', _('Connections')),
    ('SwitchGroup', _('Switch Groups')),
    ('VLANNamespace', _('VLAN Namespaces')),
)
VPC_KINDS = (
    ('VPC', _('VPCs')),
    ('VPCAttachment', _('VPC Attachments')),
    ('VPCPeering', _('VPC Peerings')),
    ('External', _('Externals')),
    ('ExternalAttachment', _('External Attachments')),
    ('ExternalPeering', _('External Peerings')),
    ('IPv4Namespace', _('IPv4 Namespaces')),
)
GATEWAY_KINDS = (
    ('Gateway', _('Gateways')),
    ('GatewayGroup', _('Gateway Groups')),
    ('GatewayPeering', _('Gateway Peerings')),
)

GROUPS = (WIRING_KINDS, VPC_KINDS, GATEWAY_KINDS)
LABELS = {kind: label for group in GROUPS for kind, label in group}
