"""What holds for any three versions of an object: a merge loses nothing and invents no clash."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import canonical
from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.merge import Origin, merge_values

VPC = CATALOGUE.by_kind('VPC')
assert VPC is not None

SCALARS = st.sampled_from([None, 1, 1.0, 2, True, 'a', ''])
SERVERS = st.lists(st.sampled_from(['8.8.8.8', '1.1.1.1', '9.9.9.9']), unique=True)
SUBNETS = st.fixed_dictionaries(
    {},
    optional={
        'vlan': SCALARS,
        'dhcp': st.fixed_dictionaries({'options': st.fixed_dictionaries({'dnsServers': SERVERS})}),
    },
)
ROUTES = st.lists(
    st.fixed_dictionaries(
        {'prefix': st.sampled_from(['p', 'q', 'r'])},
        optional={'nextHops': st.lists(st.sampled_from(['n', 'm']), max_size=2)},
    ),
    unique_by=lambda route: route['prefix'],
)
PERMIT = st.lists(
    st.lists(st.sampled_from('xyz'), min_size=1, unique=True),
    unique_by=lambda item: tuple(sorted(item)),
    max_size=3,
)
SPECS = st.fixed_dictionaries(
    {},
    optional={
        'mode': SCALARS,
        'subnets': st.dictionaries(st.sampled_from(['one', 'two']), SUBNETS),
        'staticRoutes': ROUTES,
        'permit': PERMIT,
        'plain': st.lists(st.integers(0, 1), max_size=2),
    },
)
ANNOTATIONS = st.dictionaries(
    st.sampled_from(['team', 'hnp.githedgehog.com/fabric']), st.sampled_from(['a', 'b'])
)
METADATA = st.fixed_dictionaries(
    {'name': st.just('v')},
    optional={
        'namespace': st.sampled_from(['default', '']),
        'annotations': ANNOTATIONS,
        'generation': st.integers(1, 3),
    },
)
OBJECTS = st.fixed_dictionaries({'metadata': METADATA, 'spec': SPECS})
ANCESTORS = st.one_of(st.none(), OBJECTS, OBJECTS, OBJECTS)

KEYS = {('spec', 'staticRoutes'): 'prefix', ('spec', 'permit'): None}


def facts(value: Any) -> dict[tuple[Any, ...], Any]:
    """Everything an object says, each fact by itself; the items of keyed lists by their keys."""
    if value is None:
        return {}
    found: dict[tuple[Any, ...], Any] = {}
    annotations = value['metadata'].get('annotations') or {}
    if 'team' in annotations:
        found['metadata', 'annotations', 'team'] = annotations['team']
    collect(value.get('spec'), ('spec',), found)
    return found


def collect(value: Any, path: tuple[Any, ...], found: dict[tuple[Any, ...], Any]) -> None:
    if isinstance(value, dict):
        found[path] = 'a mapping'
        for key, inner in value.items():
            collect(inner, (*path, key), found)
    elif isinstance(value, list) and (path in KEYS or path[-1] == 'dnsServers'):
        found[path] = 'a list'
        for item in value:
            collect(item, (*path, key_of(item, path)), found)
    elif value is not None:
        found[path] = canonical(value)


def key_of(item: Any, path: tuple[Any, ...]) -> Any:
    name = KEYS.get(path)
    return ('item', item[name] if name else str(sorted(item)))


def place_of(path: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """A clash's path in the words of `facts`."""
    place: tuple[Any, ...] = ()
    for step in path:
        if isinstance(step, int):
            value = value[step]
            place = (*place, key_of(value, place))
        else:
            value = (value or {}).get(step)
            place = (*place, step)
    return place


@settings(max_examples=400, deadline=None)
@given(ANCESTORS, OBJECTS, OBJECTS)
def test_both_sides_are_treated_alike(base: Any, ours: Any, theirs: Any) -> None:
    one, other = merge_values(base, ours, theirs, VPC), merge_values(base, theirs, ours, VPC)
    swapped = {Origin.OURS: Origin.THEIRS, Origin.THEIRS: Origin.OURS, Origin.BOTH: Origin.BOTH}
    assert {
        (place_of(c.path, one.value), canonical(c.ours), canonical(c.theirs)) for c in one.clashes
    } == {
        (place_of(c.path, other.value), canonical(c.theirs), canonical(c.ours))
        for c in other.clashes
    }
    assert {place_of(p, one.value): o for p, o in one.origins.items()} == {
        place_of(p, other.value): swapped[o] for p, o in other.origins.items()
    }
    if one.is_clean:
        assert facts(one.value) == facts(other.value)


@given(OBJECTS, OBJECTS)
def test_a_side_that_did_nothing_changes_nothing(base: Any, changed: Any) -> None:
    for ours, theirs in ((changed, base), (base, changed)):
        merged = merge_values(base, ours, theirs, VPC)
        assert merged.is_clean
        assert canonical(merged.value, VPC.as_kept) == canonical(
            without_default(merged.value, changed), VPC.as_kept
        )
    assert set(merge_values(base, changed, base, VPC).origins.values()) <= {Origin.OURS}
    assert set(merge_values(base, base, changed, VPC).origins.values()) <= {Origin.THEIRS}


def without_default(merged: Any, wanted: Any) -> Any:
    """What was wanted, with the merged value's spelling of the default namespace."""
    metadata = {k: v for k, v in wanted['metadata'].items() if k != 'namespace'}
    if 'namespace' in merged['metadata']:
        metadata['namespace'] = merged['metadata']['namespace']
    return without_nulls({**wanted, 'metadata': metadata}, merged)


def without_nulls(wanted: Any, merged: Any) -> Any:
    """Null and missing are one; the merged value's way of saying it is taken."""
    if not isinstance(wanted, dict) or not isinstance(merged, dict):
        return wanted
    nulls = {key: None for key, value in merged.items() if value is None}
    kept = {
        key: without_nulls(value, merged.get(key))
        for key, value in wanted.items()
        if value is not None
    }
    return {**nulls, **kept}


@given(ANCESTORS, OBJECTS)
def test_two_sides_that_agree_do_not_clash(base: Any, both: Any) -> None:
    merged = merge_values(base, both, both, VPC)
    assert merged.is_clean
    assert merged.value == both
    assert set(merged.origins.values()) <= {Origin.BOTH}


@settings(max_examples=600, deadline=None)
@given(ANCESTORS, OBJECTS, OBJECTS)
def test_what_either_side_did_is_there_or_clashes(base: Any, ours: Any, theirs: Any) -> None:
    merged = merge_values(base, ours, theirs, VPC)
    clashing = [place_of(clash.path, merged.value) for clash in merged.clashes]
    before, left, right, after = map(facts, (base, ours, theirs, merged.value))
    for path in before.keys() | left.keys() | right.keys() | after.keys():
        if any(path[: len(place)] == place for place in clashing):
            continue
        expected = right.get(path) if left.get(path) == before.get(path) else left.get(path)
        if base is None:
            assert left.get(path) == right.get(path)
        assert after.get(path) == expected, path


@settings(max_examples=400, deadline=None)
@given(ANCESTORS, OBJECTS, OBJECTS)
def test_every_clash_is_one(base: Any, ours: Any, theirs: Any) -> None:
    for clash in merge_values(base, ours, theirs, VPC).clashes:
        sides = [canonical(side) for side in (clash.base, clash.ours, clash.theirs)]
        assert sides[1] != sides[2]
        if base is not None:
            assert sides[0] not in sides[1:]
        else:
            assert not clash.is_deletion


@settings(max_examples=400, deadline=None)
@given(OBJECTS, OBJECTS, OBJECTS)
def test_every_difference_from_the_base_has_an_origin(base: Any, ours: Any, theirs: Any) -> None:
    merged = merge_values(base, ours, theirs, VPC)
    told = [place_of(path, merged.value) for path in (*merged.origins, *merged.fields)]
    before, after = facts(base), facts(merged.value)
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            assert any(place[: len(path)] == path[: len(place)] for place in told), path
    for path, origin in merged.origins.items():
        place = place_of(path, merged.value)
        sides = {Origin.OURS: [ours], Origin.THEIRS: [theirs], Origin.BOTH: [ours, theirs]}
        for side in sides[origin]:
            assert below(facts(side), place) != below(before, place) or moved(base, side), path


def below(found: dict[tuple[Any, ...], Any], place: tuple[Any, ...]) -> dict[Any, Any]:
    return {path: fact for path, fact in found.items() if path[: len(place)] == place}


def moved(base: Any, side: Any) -> bool:
    """Whether the routes stand in another order; facts do not tell."""
    return bool(canonical(base) != canonical(side))
