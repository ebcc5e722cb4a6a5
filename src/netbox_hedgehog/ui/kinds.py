"""The kinds a person works with, by the group they are looked for in, with their plural names.

Menu, list pages, REST aliases and the page that adds an object are made from this table.
"""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

__all__ = [
    'GATEWAY_KINDS',
    'GROUPS',
    'KINDS',
    'LABELS',
    'VPC_KINDS',
    'WIRING_KINDS',
    'ShownKind',
    'kind_at',
    'list_page',
]


@dataclass(frozen=True, slots=True)
class ShownKind:
    """A kind with pages of its own: `path` is its part of the address, in pages and in REST."""

    kind: str
    label: Any
    path: str

    @property
    def base_name(self) -> str:
        """What the names of its addresses begin with."""
        return self.kind.lower()

    def page(self, action: str) -> str:
        """The name of one of its pages: list, add, bulk_import, bulk_edit or bulk_delete."""
        return f'plugins:netbox_hedgehog:{self.base_name}_{action}'


WIRING_KINDS = (
    ShownKind('Switch', _('Switches'), 'switches'),
    ShownKind('Server', _('Servers'), 'servers'),
    ShownKind('Connection', _('Connections'), 'connections'),
    ShownKind('SwitchGroup', _('Switch Groups'), 'switchgroups'),
    ShownKind('VLANNamespace', _('VLAN Namespaces'), 'vlannamespaces'),
)
VPC_KINDS = (
    ShownKind('VPC', _('VPCs'), 'vpcs'),
    ShownKind('VPCAttachment', _('VPC Attachments'), 'vpcattachments'),
    ShownKind('VPCPeering', _('VPC Peerings'), 'vpcpeerings'),
    ShownKind('External', _('Externals'), 'externals'),
    ShownKind('ExternalAttachment', _('External Attachments'), 'externalattachments'),
    ShownKind('ExternalPeering', _('External Peerings'), 'externalpeerings'),
    ShownKind('IPv4Namespace', _('IPv4 Namespaces'), 'ipv4namespaces'),
)
GATEWAY_KINDS = (
    ShownKind('Gateway', _('Gateways'), 'gateways'),
    ShownKind('GatewayGroup', _('Gateway Groups'), 'gatewaygroups'),
    ShownKind('GatewayPeering', _('Gateway Peerings'), 'gatewaypeerings'),
)

GROUPS = (WIRING_KINDS, VPC_KINDS, GATEWAY_KINDS)
KINDS = {shown.kind: shown for shown in chain.from_iterable(GROUPS)}
LABELS = {kind: shown.label for kind, shown in KINDS.items()}


def kind_at(address: str) -> ShownKind:
    """The kind whose pages lie at an address; KeyError where that is no kind's."""
    paths = {shown.path: shown for shown in KINDS.values()}
    return paths[next((part for part in address.split('/') if part in paths), '')]


def list_page(kind: str, **filters: Any) -> str:
    """The address of the list of one kind, narrowed; of all resources where it has none."""
    if shown := KINDS.get(kind):
        address = reverse(shown.page('list'))
    else:
        address = reverse('plugins:netbox_hedgehog:hedgehogresource_list')
        filters = {**filters, 'kind': kind}
    return f'{address}?{urlencode(filters)}' if filters else address
