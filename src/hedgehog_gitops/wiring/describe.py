"""The objects of a fabric -> a wiring: devices with interfaces, and the cables between them.

The opposite of `generate.py`, and proved by it: what is described is generated again, and where
that is not the object that was read, the order of its links and its name are written on its cables;
what still differs is a finding. Only devices and Connections are described.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..documents import Value, canonical, without_default_namespace, without_nulls
from ..findings import Finding
from ..identity import ResourceKey
from ..kinds import CATALOGUE
from .described_connections import CableDrawer, Told
from .described_devices import described_device
from .generate import generate_wiring
from .mapping import DEFAULT_MAPPING, WiringMapping
from .model import Device, Wiring
from .objects import MadeOf, info, warning

__all__ = ['DESCRIBED_KINDS', 'Described', 'describe_wiring']

DESCRIBED_KINDS = ('Switch', 'Server', 'Gateway', 'SwitchGroup', 'Connection')
_DEVICES = ('Switch', 'Server', 'Gateway')
_ROUNDS = 5
_EVERYTHING = Told.ORDER | Told.NAME
_OTHER_VERSION = 'it is of {}; only {} is taken over'


@dataclass(frozen=True, slots=True)
class Described:
    """The wiring, and what of the objects it does not say."""

    wiring: Wiring
    findings: tuple[Finding, ...] = ()


def describe_wiring(
    objects: Iterable[MadeOf], mapping: WiringMapping = DEFAULT_MAPPING
) -> Described:
    """Describes switches, servers, gateways and Connections; other kinds are passed over."""
    findings: list[Finding] = []
    wanted = {made.key: made for made in objects if _is_told(made, findings)}
    devices: dict[str, Device] = {}
    for made in wanted.values():
        if made.key.kind not in _DEVICES:
            continue
        device = described_device(made, mapping)
        if made.key.name in devices:
            message = f'{made.key.kind} {made.key.name} has the name of another device'
            findings.append(_about(made.key, message))
        else:
            devices[made.key.name] = device
    connections = [made for made in wanted.values() if made.key.kind == 'Connection']
    told: dict[str, Told] = {}
    for _ in range(_ROUNDS):
        drawer = CableDrawer(devices, told)
        for made in connections:
            drawer.draw(made)
        wiring = Wiring(tuple(drawer.devices()), tuple(drawer.cables))
        unlike = _unlike(wanted, wiring, mapping)
        names = {key.name for key in unlike if key.kind == 'Connection'}
        missed = {name for name in names if told.get(name) != _EVERYTHING}
        if not missed:
            break
        told |= {name: Told(told.get(name, Told.NOTHING) + 1) for name in missed}
    drawn = {key for key, _ in drawer.refused}
    findings += (_about(key, message) for key, message in drawer.refused)
    findings += (_inexact(key) for key in unlike if key in wanted and key not in drawn)
    return Described(wiring, tuple(findings))


def _is_told(made: MadeOf, findings: list[Finding]) -> bool:
    kind = CATALOGUE.find(made.key.group, made.key.kind)
    if kind is None or made.key.kind not in DESCRIBED_KINDS:
        return False
    version = made.value.get('apiVersion')
    if version == kind.api_version and made.key.namespace == 'default':
        return True
    what = version if version != kind.api_version else f'the namespace {made.key.namespace}'
    usual = kind.api_version if version != kind.api_version else 'the namespace default'
    findings.append(_about(made.key, _OTHER_VERSION.format(what, usual)))
    return False


def _unlike(
    wanted: Mapping[ResourceKey, MadeOf], wiring: Wiring, mapping: WiringMapping
) -> list[ResourceKey]:
    """The objects that come out differently, or not at all."""
    again = {made.key: made for made in generate_wiring(wiring, mapping).objects}
    return [
        key
        for key in sorted({*wanted, *again})
        if key not in again or key not in wanted or _meaning(again[key]) != _meaning(wanted[key])
    ]


def _meaning(made: MadeOf) -> bytes:
    kind = CATALOGUE.find(made.key.group, made.key.kind)
    value: Value = without_nulls(without_default_namespace(made.value))
    return canonical(value, kind.as_kept if kind is not None else None)


def _about(key: ResourceKey, message: str) -> Finding:
    return replace(warning('WiringNotDescribed', message), resource=key)


def _inexact(key: ResourceKey) -> Finding:
    message = f'{key.kind} {key.name} says more than devices and cables can'
    hint = 'it stays in Git as it is; what is generated later may clash with it'
    return replace(info('WiringInexact', message, hint), resource=key)
