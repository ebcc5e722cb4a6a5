"""A small inventory for tests: two spines, two leaves, servers, and cables between them."""

from collections.abc import Iterable
from dataclasses import replace

from hedgehog_gitops.documents import Value
from hedgehog_gitops.wiring import Cable, Device, End, Generated, Interface, Wiring

__all__ = ['cable', 'connections', 'leaf', 'server', 'small', 'spec', 'spine', 'with_cables']


def spine(number: int) -> Device:
    return Device(f'spine-{number:02}', 'spine', 'dell-s5232f-on')


def leaf(number: int, tags: tuple[str, ...] = ('group:rack-a', 'eslag:rack-a')) -> Device:
    return Device(f'leaf-{number:02}', 'leaf', 'dell-s5248f-on', 'rack A', 'SN-1', tags=tags)


def server(number: int, bond: Iterable[str] = ()) -> Device:
    """A server whose ports of `bond` are one aggregate."""
    ports = [Interface(name, lag='bond0') for name in bond]
    lag = [Interface('bond0', is_lag=True)] if ports else []
    return Device(f'server-{number:02}', 'server', interfaces=(*lag, *ports))


def cable(a: str, b: str, name: str = '', **fields: Value) -> Cable:
    """A cable between `device:interface` and another; '' leads out."""
    return Cable(_end(a), _end(b) if b else None, name, fields)


def small() -> Wiring:
    """A fabric with one Connection of each usual type."""
    devices = (
        *(spine(number) for number in (1, 2)),
        *(leaf(number) for number in (1, 2)),
        server(1, ('enp2s1', 'enp2s2')),
        server(2, ('enp2s1', 'enp2s2')),
        server(3),
        Device('gateway-1', 'gateway'),
    )
    cables = (
        cable('spine-01:Ethernet1/1', 'leaf-01:Ethernet1/49'),
        cable('leaf-01:Ethernet1/50', 'spine-01:Ethernet1/2'),
        cable('spine-02:E1/1', 'leaf-01:E1/51'),
        cable('leaf-01:E1/52', 'leaf-02:E1/52'),
        cable('server-01:enp2s1', 'leaf-01:E1/1', mtu=9036),
        cable('leaf-02:E1/1', 'server-01:enp2s2', mtu=9036),
        cable('server-02:enp2s1', 'leaf-01:E1/2'),
        cable('server-02:enp2s2', 'leaf-01:E1/3'),
        cable('server-03:eth0', 'leaf-02:E1/4/1'),
        cable('gateway-1:enp1s0', 'leaf-02:E1/5'),
        cable('leaf-01:E1/10', 'leaf-01:E1/11'),
    )
    return Wiring(devices, cables)


def with_cables(wiring: Wiring, *cables: Cable) -> Wiring:
    return replace(wiring, cables=(*wiring.cables, *cables))


def connections(generated: Generated) -> dict[str, dict[str, Value]]:
    """The specs of the Connections, by name."""
    return {m.key.name: m.spec for m in generated.objects if m.key.kind == 'Connection'}


def spec(generated: Generated, kind: str, name: str) -> dict[str, Value]:
    """The spec of one object."""
    found = [m.spec for m in generated.objects if (m.key.kind, m.key.name) == (kind, name)]
    assert found, f'{kind} {name} was not made'
    return found[0]


def _end(text: str) -> End:
    device, _, interface = text.partition(':')
    return End(device, interface)
