"""Merging one object: which change wins, what clashes, and where that is."""

from typing import Any

import pytest

from hedgehog_gitops.documents import format_field_path
from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.merge import Clash, Merged, Origin, merge_values

CONNECTION = CATALOGUE.by_kind('Connection')
VPC = CATALOGUE.by_kind('VPC')
SWITCH = CATALOGUE.by_kind('Switch')
PEERING = CATALOGUE.by_kind('VPCPeering')
EXTERNAL_PEERING = CATALOGUE.by_kind('ExternalPeering')


def spec(**fields: Any) -> dict[str, Any]:
    return {'kind': 'x', 'metadata': {'name': 'a'}, 'spec': fields}


def fields(merged: Merged) -> list[str]:
    return [format_field_path(path) for path in merged.fields]


def links(*names: str, **more: Any) -> dict[str, Any]:
    """A bundled connection; `name=port` gives a link another port at the switch."""
    made = [
        {'server': {'port': name}, 'switch': {'port': more.get(name, f'leaf/{name}')}}
        for name in names
    ]
    return spec(bundled={'links': made})


def names_of(merged: Merged) -> str:
    value: Any = merged.value
    return ''.join(link['server']['port'] for link in value['spec']['bundled']['links'])


def test_changes_of_different_fields_join() -> None:
    merged = merge_values(spec(a=1, b=1), spec(a=2, b=1), spec(a=1, b=2, c=3))
    assert merged.value == spec(a=2, b=2, c=3)
    assert merged.is_clean
    assert merged.origins == {
        ('spec', 'a'): Origin.OURS,
        ('spec', 'b'): Origin.THEIRS,
        ('spec', 'c'): Origin.THEIRS,
    }


def test_the_same_change_on_both_sides_is_no_clash() -> None:
    merged = merge_values(spec(a=1), spec(a=2), spec(a=2.0))
    assert merged.is_clean
    assert merged.value == spec(a=2)
    assert merged.origins == {('spec', 'a'): Origin.BOTH}


def test_both_sides_add_a_mapping_that_says_nothing() -> None:
    merged = merge_values(spec(), spec(a={}), spec(a={'b': None}))
    assert merged.is_clean and merged.value == spec(a={})
    assert merged.origins == {('spec', 'a'): Origin.BOTH}


def test_a_clash_names_its_field_and_keeps_all_three() -> None:
    merged = merge_values(spec(a={'b': 1}), spec(a={'b': 2}), spec(a={'b': 3}))
    assert merged.clashes == (Clash(('spec', 'a', 'b'), 1, 2, 3),)
    assert merged.value == spec(a={'b': 2})
    assert not merged.clashes[0].is_deletion


@pytest.mark.parametrize('other_way', [False, True])
def test_deleting_what_the_other_side_changed_is_a_clash(other_way: bool) -> None:
    sides = [spec(), spec(a={'b': 2})]
    ours, theirs = reversed(sides) if other_way else sides
    merged = merge_values(spec(a={'b': 1}), ours, theirs)
    assert fields(merged) == ['spec.a']
    assert merged.clashes[0].is_deletion
    assert merged.value == spec(a={'b': 2})


def test_deleting_what_nobody_touched_is_a_change_like_any_other() -> None:
    assert merge_values(spec(a=1, b=1), spec(a=1, b=1), spec(b=1)).value == spec(b=1)
    assert merge_values(spec(a=1, b=1), spec(a=1, b=2), spec(b=1)).value == spec(b=2)


def test_a_whole_object_can_be_the_side_that_was_deleted() -> None:
    assert merge_values(spec(a=1), None, spec(a=1)).value is None
    (clash,) = merge_values(spec(a=1), None, spec(a=2)).clashes
    assert (clash.path, clash.is_deletion) == ((), True)


def test_without_a_common_ancestor_every_difference_is_a_clash() -> None:
    merged = merge_values(None, spec(a=1, b=1), spec(a=1, b=2, c=3))
    assert fields(merged) == ['spec.b', 'spec.c']
    assert not any(clash.is_deletion for clash in merged.clashes)


def test_null_is_missing_and_stays_written() -> None:
    merged = merge_values(spec(a=1), spec(a=1, b=None), spec(a=2))
    assert merged.value == spec(a=2, b=None)
    assert merge_values(spec(a=None), spec(), spec(a=None)).is_clean


def test_what_does_not_count_stays_as_ours_has_it() -> None:
    def thing(generation: int, own: str, **more: Any) -> dict[str, Any]:
        annotations = {'hnp.githedgehog.com/fabric': own, **more}
        metadata = {'name': 'a', 'generation': generation, 'annotations': annotations}
        return {'metadata': metadata, 'status': {'seen': own}, 'spec': {}}

    merged = merge_values(thing(1, 'x'), thing(2, 'y'), thing(3, 'z', team='core'))
    assert merged.is_clean
    assert merged.value == thing(2, 'y', team='core')


def test_the_default_namespace_may_be_written_or_not() -> None:
    named = {'metadata': {'name': 'a', 'namespace': 'default'}, 'spec': {'a': 1}}
    merged = merge_values(named, named, spec(a=2) | {'kind': None})
    assert merged.is_clean
    assert merged.value == {**named, 'spec': {'a': 2}}


def test_lists_whose_order_means_nothing_merge_as_sets() -> None:
    merged = merge_values(
        spec(groups=['a', 'b']), spec(groups=['b', 'a', 'c']), spec(groups=['b', 'd']), SWITCH
    )
    assert merged.is_clean
    value: Any = merged.value
    assert sorted(value['spec']['groups']) == ['b', 'c', 'd']
    assert merge_values(spec(groups=['a']), spec(groups=['a']), spec(groups=['a']), SWITCH).is_clean


def test_other_lists_are_one_value() -> None:
    merged = merge_values(spec(a=[1]), spec(a=[1, 2]), spec(a=[1, 3]), SWITCH)
    assert fields(merged) == ['spec.a']


def test_items_with_keys_merge_one_by_one() -> None:
    merged = merge_values(links('a', 'b'), links('a', 'b', 'c'), links('a', 'b', a='x'), CONNECTION)
    assert merged.is_clean
    assert merged.value == links('a', 'b', 'c', a='x')
    assert merged.origins == {
        ('spec', 'bundled', 'links', 0, 'switch', 'port'): Origin.THEIRS,
        ('spec', 'bundled', 'links', 2): Origin.OURS,
    }


def test_a_clash_inside_an_item_names_it_in_the_merged_list() -> None:
    merged = merge_values(
        links('a', 'b'), links('new', 'a', 'b', b='x'), links('a', 'b', b='y'), CONNECTION
    )
    assert fields(merged) == ['spec.bundled.links[2].switch.port']


@pytest.mark.parametrize(
    ('base', 'ours', 'theirs', 'merged'),
    [
        ('ab', 'axb', 'ayb', 'ayxb'),
        ('ab', 'ab', 'xaby', 'xaby'),
        ('abc', 'cab', 'abcx', 'cxab'),
        ('abc', 'abxc', 'cab', 'cabx'),
        ('abc', 'bc', 'abxc', 'bxc'),
        ('abc', 'a', 'abc', 'a'),
        ('abc', 'ac', 'ab', 'a'),
        ('', 'ab', 'bc', 'abc'),
    ],
)
def test_order_of_items(base: str, ours: str, theirs: str, merged: str) -> None:
    found = merge_values(links(*base), links(*ours), links(*theirs), CONNECTION)
    assert found.is_clean
    assert names_of(found) == merged


def test_removals_and_a_new_order_are_told_at_the_list() -> None:
    place = ('spec', 'bundled', 'links')
    removed = merge_values(links(*'abc'), links(*'ab'), links(*'abc'), CONNECTION)
    assert removed.origins == {place: Origin.OURS}
    moved = merge_values(links(*'abc'), links(*'abc'), links(*'cab'), CONNECTION)
    assert moved.origins == {place: Origin.THEIRS}
    both = merge_values(links(*'abc'), links(*'ac'), links(*'ab'), CONNECTION)
    assert both.origins == {place: Origin.BOTH}


@pytest.mark.parametrize(
    ('base', 'ours', 'theirs'), [('abc', 'bac', 'acb'), ('', 'ab', 'ba'), ('abc', 'cab', 'bca')]
)
def test_two_orders_of_the_same_items_clash(base: str, ours: str, theirs: str) -> None:
    found = merge_values(links(*base), links(*ours), links(*theirs), CONNECTION)
    assert fields(found) == ['spec.bundled.links']


@pytest.mark.parametrize('strange', [['a', 'a'], ['a', {'server': {}}], ['a', 'text']])
def test_a_key_missing_or_repeated_makes_the_list_one_value(strange: list[Any]) -> None:
    items = [{'server': {'port': s}} if s == 'a' else s for s in strange]
    broken = spec(bundled={'links': items})
    assert merge_values(links('a'), broken, links('a'), CONNECTION).value == broken
    found = merge_values(links('a'), broken, links('a', 'b'), CONNECTION)
    assert fields(found) == ['spec.bundled.links']


def test_keys_of_several_fields_and_of_whole_items() -> None:
    def fabric(*pairs: str, mark: str = '') -> dict[str, Any]:
        made = [{'spine': {'port': p[0]}, 'leaf': {'port': p[1], 'm': mark}} for p in pairs]
        return spec(fabric={'links': made})

    merged = merge_values(fabric('sa', 'sb'), fabric('sa', 'sb', 'tb'), fabric('sb'), CONNECTION)
    assert merged.value == fabric('sb', 'tb')
    permit = merge_values(
        spec(permit=[['a', 'b']]),
        spec(permit=[['b', 'a'], ['c']]),
        spec(permit=[['a', 'b'], ['d']]),
        VPC,
    )
    assert permit.is_clean
    assert permit.value == spec(permit=[['b', 'a'], ['d'], ['c']])


@pytest.mark.parametrize(
    ('ours', 'theirs'),
    [
        # Each put another port in the place of the same one.
        ('sx', 'sy'),
        # One took the link out, the other put another port into it.
        ('', 'sy'),
    ],
)
@pytest.mark.parametrize('other_way', [False, True])
def test_a_key_changed_on_both_sides_is_one_item_and_not_two(
    ours: str, theirs: str, other_way: bool
) -> None:
    def fabric(*pairs: str) -> dict[str, Any]:
        made = [{'spine': {'port': p[0]}, 'leaf': {'port': p[1]}} for p in pairs]
        return spec(fabric={'links': made})

    base = fabric('sa', 'tb')
    sides = [fabric(*filter(None, (side, 'tb'))) for side in (ours, theirs)]
    merged = merge_values(base, *(reversed(sides) if other_way else sides), CONNECTION)
    assert fields(merged) == ['spec.fabric.links']


def test_the_same_new_key_on_both_sides_is_no_clash() -> None:
    def ranges(*starts: int, end: int = 2000) -> dict[str, Any]:
        return spec(ranges=[{'from': start, 'to': end} for start in starts])

    namespace = CATALOGUE.by_kind('VLANNamespace')
    merged = merge_values(ranges(1000), ranges(1100), ranges(1100), namespace)
    assert merged.is_clean
    assert merged.value == ranges(1100)
    clash = merge_values(ranges(1000), ranges(1100), ranges(1200), namespace)
    assert fields(clash) == ['spec.ranges']


def test_keys_of_a_mapping_are_its_key() -> None:
    def peering(**vpcs: Any) -> dict[str, Any]:
        return {name: {'subnets': subnets} for name, subnets in vpcs.items()}

    merged = merge_values(
        spec(permit=[peering(a=['x'], b=['y'])]),
        spec(permit=[peering(a=['x', 'z'], b=['y'])]),
        spec(permit=[peering(b=['y2'], a=['x']), peering(a=['x'], c=['y'])]),
        PEERING,
    )
    assert merged.is_clean
    assert merged.value == spec(permit=[peering(a=['x', 'z'], b=['y2']), peering(a=['x'], c=['y'])])


def test_items_with_keys_in_any_order() -> None:
    def prefixes(*texts: str) -> dict[str, Any]:
        return spec(permit={'external': {'prefixes': [{'prefix': text} for text in texts]}})

    merged = merge_values(
        prefixes('a', 'b'), prefixes('b', 'a'), prefixes('a', 'b', 'c'), EXTERNAL_PEERING
    )
    assert merged.is_clean
    assert merge_values(None, prefixes('a', 'b'), prefixes('b', 'a'), EXTERNAL_PEERING).is_clean
