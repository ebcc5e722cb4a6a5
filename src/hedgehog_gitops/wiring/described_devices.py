"""Switch, Server, Gateway -> a device: what an inventory has a place for, the rest as `fields`."""

from collections.abc import Mapping

from ..documents import Value, without_nulls
from .devices import GROUP, REDUNDANCIES
from .mapping import GATEWAY, SERVER, WiringMapping
from .model import Device
from .objects import MadeOf, metadata_fields

__all__ = ['described_device']

_LONGEST_DESCRIPTION = 200
_LONGEST_SERIAL = 50
_LONGEST_TAG = 100


def described_device(made: MadeOf, mapping: WiringMapping) -> Device:
    """Describes one device, without interfaces; what has no place goes to `fields`."""
    metadata = made.value.get('metadata')
    cleaned = without_nulls(made.spec)
    rest: dict[str, Value] = dict(cleaned) if isinstance(cleaned, dict) else {}
    fields = metadata_fields(metadata if isinstance(metadata, dict) else {})
    if made.key.kind == 'Switch':
        return _switch(made.key.name, rest, fields, mapping)
    role = SERVER if made.key.kind == 'Server' else GATEWAY
    model = f'hedgehog-{role}'
    description = _taken(rest, 'description', _LONGEST_DESCRIPTION) if role == SERVER else ''
    return Device(
        made.key.name, mapping.role_of(role), model, description, fields={**rest, **fields}
    )


def _switch(
    name: str, rest: dict[str, Value], fields: Mapping[str, Value], mapping: WiringMapping
) -> Device:
    role = rest.pop('role', '')
    profile = rest.get('profile', '')
    model = mapping.model_of(profile, 'hedgehog-switch') if isinstance(profile, str) else ''
    if model:
        rest.pop('profile', None)
    description = _taken(rest, 'description', _LONGEST_DESCRIPTION)
    serial = _serial(rest)
    address = _taken(rest, 'ip', 43)
    tags = (*_groups(rest), *_redundancy(rest))
    return Device(
        name,
        mapping.role_of(role if isinstance(role, str) else ''),
        model or 'hedgehog-switch',
        description,
        serial,
        address,
        tags,
        {**rest, **fields},
    )


def _taken(rest: dict[str, Value], name: str, longest: int) -> str:
    """A text that an inventory can hold as it is, taken out of the rest; '' if it cannot."""
    value = rest.get(name)
    if not isinstance(value, str) or not value or len(value) > longest or value != value.strip():
        return ''
    del rest[name]
    return value


def _serial(rest: dict[str, Value]) -> str:
    boot = rest.get('boot')
    if not isinstance(boot, dict):
        return ''
    kept = dict(boot)
    serial = _taken(kept, 'serial', _LONGEST_SERIAL)
    if serial and kept:
        rest['boot'] = kept
    elif serial:
        del rest['boot']
    return serial


def _groups(rest: dict[str, Value]) -> tuple[str, ...]:
    groups = rest.get('groups')
    if not isinstance(groups, list) or not groups or len(set(map(str, groups))) != len(groups):
        return ()
    if not all(isinstance(group, str) and _is_tag(group) for group in groups):
        return ()
    del rest['groups']
    return tuple(f'{GROUP}{group}' for group in groups)


def _redundancy(rest: dict[str, Value]) -> tuple[str, ...]:
    value = rest.get('redundancy')
    if not isinstance(value, dict) or set(value) != {'group', 'type'}:
        return ()
    group, kind = value['group'], value['type']
    if kind not in REDUNDANCIES or not isinstance(group, str) or not _is_tag(group):
        return ()
    del rest['redundancy']
    return (f'{kind}:{group}',)


def _is_tag(group: str) -> bool:
    return bool(group) and group == group.strip() and len(group) + len(GROUP) <= _LONGEST_TAG
