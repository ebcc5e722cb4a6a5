"""One table a kind: the columns that matter for it, read from the spec as NetBox has it now."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

import django_tables2 as tables
from django.db.models import F, JSONField, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..models import HedgehogResource
from ..sync.topology import connection_ends
from .resources import HedgehogResourceTable

__all__ = ['KIND_TABLES', 'SpecColumn', 'SpecFieldColumn']

Spec = Mapping[str, Any]
SHOWN = 6


class SpecColumn(tables.Column):
    """Something worked out from the spec: one value, or several of which the first are shown.

    A `usual` column is there unless somebody takes it away.
    """

    usual = True

    def __init__(self, label: str, read: Callable[[Spec], Any], *, orderable: bool = False) -> None:
        super().__init__(
            accessor='desired_spec', verbose_name=label, empty_values=(), orderable=orderable
        )
        self.read = read

    def render(self, record: HedgehogResource) -> str:
        found = list(_texts(self.read(record.effective_spec)))
        more = len(found) - SHOWN
        shown = ', '.join(found[:SHOWN])
        if more > 0:
            return _('{shown} and {more} more').format(shown=shown, more=more)
        return shown or '—'

    def value(self, record: HedgehogResource) -> str:
        return ', '.join(_texts(self.read(record.effective_spec)))


class SpecFieldColumn(SpecColumn):
    """A field of the spec, by its path; the list can be sorted by it."""

    def __init__(self, label: str, *path: str) -> None:
        super().__init__(label, lambda spec: reduce(_inside, path, spec), orderable=True)
        self.path = path

    def order(
        self, queryset: QuerySet[HedgehogResource], is_descending: bool
    ) -> tuple[QuerySet[HedgehogResource], bool]:
        spec = Coalesce(F('draft_spec'), F('desired_spec'), output_field=JSONField())
        field = reduce(lambda inner, name: KeyTransform(name, inner), self.path, spec)
        way = F('_field').desc(nulls_last=True) if is_descending else F('_field').asc()
        return queryset.annotate(_field=field).order_by(way, 'name', 'pk'), True


def _inside(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _texts(value: Any) -> Iterator[str]:
    """A value as the texts a cell holds; nothing for what is not there."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, bool):
        yield str(_('yes') if value else _('no'))
    elif isinstance(value, Mapping):
        yield from map(str, value)
    elif isinstance(value, Iterable):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


def _items(value: Any, name: str) -> Iterator[Any]:
    """One field of each item of a list, or of each value of a mapping, in the order of its keys."""
    found = [value[key] for key in sorted(value)] if isinstance(value, Mapping) else value
    for each in found if isinstance(found, Iterable) and not isinstance(found, str) else ():
        if isinstance(each, Mapping):
            yield each.get(name)


def _part(field: str, position: int) -> Callable[[Spec], Any]:
    """One side of `vpc/subnet`; a VPC alone means its subnet `default`."""

    def read(spec: Spec) -> str:
        vpc, _slash, subnet = str(spec.get(field) or '').partition('/')
        return (vpc, subnet or ('default' if vpc else ''))[position]

    return read


def _redundancy(spec: Spec) -> list[Any]:
    told = spec.get('redundancy')
    told = told if isinstance(told, Mapping) else {}
    return [' '.join(str(told[name]) for name in ('type', 'group') if told.get(name))]


def _peers(spec: Spec) -> list[str]:
    permit = spec.get('permit')
    entries = permit if isinstance(permit, list) else []
    return sorted({name for entry in entries if isinstance(entry, Mapping) for name in entry})


def _vlan_ranges(spec: Spec) -> list[str]:
    ranges = spec.get('ranges')
    return [
        f'{each.get("from", "")}-{each.get("to") or each.get("from", "")}'
        for each in (ranges if isinstance(ranges, list) else [])
        if isinstance(each, Mapping)
    ]


def _described(label: str, *path: str) -> SpecFieldColumn:
    """A column people can choose to see."""
    column = SpecFieldColumn(label, *path)
    column.usual = False
    return column


_COLUMNS: dict[str, dict[str, SpecColumn]] = {
    'Switch': {
        'role': SpecFieldColumn(_('Role'), 'role'),
        'profile': SpecFieldColumn(_('Profile'), 'profile'),
        'redundancy': SpecColumn(_('Redundancy'), _redundancy),
        'groups': SpecColumn(_('Groups'), lambda spec: spec.get('groups')),
        'asn': _described(_('ASN'), 'asn'),
        'management_ip': _described(_('Management IP'), 'ip'),
    },
    'Server': {
        'about': SpecFieldColumn(_('In the spec'), 'description'),
        'profile': _described(_('Profile'), 'profile'),
    },
    'Connection': {
        'type': SpecColumn(_('Type'), lambda spec: connection_ends(spec)[0]),
        'ends': SpecColumn(_('Ends'), lambda spec: connection_ends(spec)[1]),
    },
    'SwitchGroup': {},
    'VLANNamespace': {'ranges': SpecColumn(_('VLANs'), _vlan_ranges)},
    'VPC': {
        'vlans': SpecColumn(_('VLANs'), lambda spec: _items(spec.get('subnets'), 'vlan')),
        'subnets': SpecColumn(_('Subnets'), lambda spec: _items(spec.get('subnets'), 'subnet')),
        'mode': _described(_('Mode'), 'mode'),
        'ipv4_namespace': SpecFieldColumn(_('IPv4 namespace'), 'ipv4Namespace'),
        'vlan_namespace': SpecFieldColumn(_('VLAN namespace'), 'vlanNamespace'),
    },
    'VPCAttachment': {
        'vpc': SpecColumn(_('VPC'), _part('subnet', 0)),
        'subnet': SpecColumn(_('Subnet'), _part('subnet', 1)),
        'connection': SpecFieldColumn(_('Connection'), 'connection'),
        'native_vlan': _described(_('Native VLAN'), 'nativeVLAN'),
    },
    'VPCPeering': {'vpcs': SpecColumn(_('VPCs'), _peers)},
    'External': {
        'ipv4_namespace': SpecFieldColumn(_('IPv4 namespace'), 'ipv4Namespace'),
        'inbound': SpecFieldColumn(_('Inbound community'), 'inboundCommunity'),
        'outbound': SpecFieldColumn(_('Outbound community'), 'outboundCommunity'),
    },
    'ExternalAttachment': {
        'external': SpecFieldColumn(_('External'), 'external'),
        'connection': SpecFieldColumn(_('Connection'), 'connection'),
        'vlan': SpecFieldColumn(_('VLAN'), 'switch', 'vlan'),
        'neighbor_asn': _described(_('Neighbour ASN'), 'neighbor', 'asn'),
        'neighbor_ip': _described(_('Neighbour IP'), 'neighbor', 'ip'),
    },
    'ExternalPeering': {
        'vpc': SpecFieldColumn(_('VPC'), 'permit', 'vpc', 'name'),
        'external': SpecFieldColumn(_('External'), 'permit', 'external', 'name'),
    },
    'IPv4Namespace': {'subnets': SpecColumn(_('Subnets'), lambda spec: spec.get('subnets'))},
    'Gateway': {
        'asn': SpecFieldColumn(_('ASN'), 'asn'),
        'protocol_ip': SpecFieldColumn(_('Protocol IP'), 'protocolIP'),
        'groups': SpecColumn(_('Groups'), lambda spec: _items(spec.get('groups'), 'name')),
    },
    'GatewayGroup': {},
    'GatewayPeering': {
        'sides': SpecColumn(_('Sides'), lambda spec: spec.get('peering')),
        'gateway_group': SpecFieldColumn(_('Gateway group'), 'gatewayGroup'),
    },
}
_BEFORE, _AFTER = (
    ('pk', 'name'),
    ('fabric', 'resource_state', 'conflict_status', 'findings', 'has_draft'),
)


def _table(kind: str, columns: dict[str, SpecColumn]) -> type[HedgehogResourceTable]:
    """The table of resources with further columns; a person's choice is kept for each kind."""
    inherited = HedgehogResourceTable.Meta
    usual = (name for name, column in columns.items() if column.usual)
    meta = {
        'fields': (*inherited.fields, *columns),
        'default_columns': (*_BEFORE, *usual, *_AFTER),
    }
    body = {**columns, 'Meta': type('Meta', (inherited,), meta), '__module__': __name__}
    return type(HedgehogResourceTable)(f'{kind}Table', (HedgehogResourceTable,), body)


KIND_TABLES = {kind: _table(kind, columns) for kind, columns in _COLUMNS.items()}
