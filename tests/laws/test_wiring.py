"""Laws of wiring, on random inventories.

What is generated of an inventory and described again generates the same; the order in which an
inventory lists its devices changes nothing.
"""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import Value
from hedgehog_gitops.wiring import (
    Cable,
    Comparison,
    Device,
    End,
    Interface,
    Wiring,
    compare_wiring,
    describe_wiring,
    generate_wiring,
)

DOUBTFUL = 'WiringConnectionDoubtful'
SPINES, LEAVES, SERVERS = ('spine-1', 'spine-2'), ('leaf-1', 'leaf-2', 'Leaf_3'), ('s-1', 's-2')
FIELDS: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {},
    optional={
        'asn': st.integers(1, 65535),
        'boot': st.just({'mac': '02:00:5e:00:00:01'}),
        'ecmp': st.just({}),
        'labels': st.just({'rack': 'a'}),
        'vlanNamespaces': st.just(['pod-1']),
    },
)
TAGS = st.sampled_from([(), ('group:a',), ('eslag:a', 'group:a'), ('mclag:b',), ('other',)])


@st.composite
def switches(draw: st.DrawFn, name: str, roles: tuple[str, ...]) -> Device:
    return Device(
        name,
        draw(st.sampled_from(roles)),
        draw(st.sampled_from(['dell-s5248f-on', 'hedgehog-switch'])),
        draw(st.sampled_from(['', 'rack A'])),
        draw(st.sampled_from(['', 'SN-1'])),
        draw(st.sampled_from(['', '172.30.0.8/21'])),
        draw(TAGS),
        draw(FIELDS),
    )


@st.composite
def wirings(draw: st.DrawFn) -> Wiring:
    """Every port is used once; who is joined with whom, and under which name, is drawn."""
    devices = [
        *(draw(switches(name, ('spine',))) for name in SPINES),
        *(draw(switches(name, ('leaf', 'border-leaf'))) for name in LEAVES),
    ]
    ports: dict[str, list[Interface]] = {name: [] for name in (*SPINES, *LEAVES, *SERVERS, 'gw')}

    def plug(device: str, lag: str = '', address: str = '') -> End:
        number = len(ports[device]) + 1
        name = f'E1/{number}' if device in (*SPINES, *LEAVES) else f'eth{number}'
        addresses = (address,) if address else ()
        ports[device].append(Interface(name, lag=lag, addresses=addresses))
        return End(device, name)

    cables: list[Cable] = []
    for number in range(draw(st.integers(0, 12))):
        near = draw(st.sampled_from((*SPINES, *SERVERS, 'gw', *LEAVES)))
        far = draw(st.sampled_from(LEAVES))
        lag = draw(st.sampled_from(['', 'bond0', 'bond1'])) if near in SERVERS else ''
        own = f'10.0.{number}' if near in SPINES and draw(st.booleans()) else ''
        ends = (
            plug(near, lag, f'{own}.0/31' if own else ''),
            plug(far, '', f'{own}.1/31' if own else ''),
        )
        if draw(st.booleans()):
            ends = ends[::-1]
        name = draw(st.sampled_from(['', '', '', 'own-name', f'only-{number}']))
        fields: dict[str, Value] = {'mtu': 9036} if near in SERVERS else {}
        cables.append(Cable(*ends, name, fields))
    devices += [Device(name, 'server') for name in SERVERS]
    devices.append(Device('gw', 'gateway', fields={'asn': 1}))
    return Wiring(
        tuple(replace(each, interfaces=tuple(ports[each.name])) for each in devices), tuple(cables)
    )


@settings(max_examples=300, deadline=None)
@given(wirings())
def test_there_and_back_is_the_same(wiring: Wiring) -> None:
    made = generate_wiring(wiring)
    described = describe_wiring(made.objects)
    again = generate_wiring(described.wiring)
    assert described.findings == ()
    # A doubt stays until a person says a word on the cable; nothing else is found.
    assert len(again.findings) <= sum(f.code == DOUBTFUL for f in made.findings)
    assert {f.code for f in again.findings} <= {DOUBTFUL}
    assert {m.key: m.value for m in again.objects} == {m.key: m.value for m in made.objects}
    # What could not be mapped is what the inventory has more than the fabric.
    assert bool(compare_wiring(wiring, described.wiring).extras) == (not made.whole)
    assert compare_wiring(described.wiring, described.wiring) == Comparison()


@settings(max_examples=200, deadline=None)
@given(wirings(), st.randoms(use_true_random=False))
def test_the_order_of_devices_changes_nothing(wiring: Wiring, random: object) -> None:
    devices = list(wiring.devices)
    random.shuffle(devices)  # type: ignore[attr-defined]
    shuffled = generate_wiring(replace(wiring, devices=tuple(devices)))
    assert shuffled.objects == generate_wiring(wiring).objects
