"""What counts as a copy, what does not, and what a second scan costs."""

from dataclasses import replace

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.duplicates import (
    ISSUE16_POLICY,
    Action,
    Comparison,
    Nearness,
    Spot,
    Wait,
)
from hedgehog_gitops.layout import ArchiveStrategy
from hedgehog_gitops.workflows import plan_ingest, reading_stamp

from ..workshop import OPERATION
from .folders import Folder, key, text


def compared(one: str | bytes, other: str | bytes) -> Comparison:
    (group,) = Folder({'production/a.yaml': one, 'old/a.yaml': other}).scan().groups
    return group.comparison


def test_the_phases() -> None:
    assert compared(text('a'), text('a')) is Comparison.IDENTICAL
    assert compared(text('a'), '# remark\n' + text('a')) is Comparison.SAME_MEANING
    assert compared(text('a'), text('a', 1001, site='x')) is Comparison.SUBSET
    assert compared(text('a'), text('a', 1002)) is Comparison.CONFLICTING


def test_defaults_say_nothing() -> None:
    plain = 'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: a\n'
    spec = 'spec:\n  subnets:\n    s:\n      dhcp:\n        options: {{{}}}\n'
    said = spec.format('leaseTimeSeconds: 3600, interfaceMTU: 0, pxeURL: x')
    other = spec.format('pxeURL: x, dnsServers: null')
    full = f'{plain}  namespace: default\n  labels: {{}}\n{said}  ipv4Namespace: default\n'
    assert compared(plain + other, full) is Comparison.SAME_MEANING
    asked = spec.format('leaseTimeSeconds: 60, pxeURL: x')
    assert compared(plain + other, plain + asked) is Comparison.SUBSET


def test_lists_the_cluster_sorts_and_others() -> None:
    spec = text('a') + '  permit: [[{}]]\n'
    assert compared(spec.format('x, y'), spec.format('y, x')) is Comparison.CONFLICTING
    servers = text('a').replace('vlan: 1001', 'dhcp: {{options: {{dnsServers: [{}]}}}}')
    one, other = servers.format('1.1.1.1, 2.2.2.2'), servers.format('2.2.2.2, 1.1.1.1')
    assert compared(one, other) is Comparison.SAME_MEANING


def test_two_spellings_of_one_address_or_speed_are_one() -> None:
    static = text('a').replace('vlan: 1001', "dhcp: {{static: {{'{}': {{ip: {}}}}}}}")
    one = static.format('0A:1B:2c:3d:4E:5f', '10.0.0.9')
    assert compared(one, static.format('0a1b.2c3d.4e5f', '10.0.0.9')) is Comparison.SAME_MEANING
    assert compared(one, static.format('0a1b.2c3d.4e5e', '10.0.0.9')) is Comparison.CONFLICTING
    assert compared(one, static.format('0a1b.2c3d.4e5f', '10.0.0.8')) is Comparison.CONFLICTING

    switch = (
        'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: a\n'
        'spec:\n  portSpeeds:\n    E1/1: {}\n'
    )
    assert compared(switch.format('SPEED_100G'), switch.format('100G')) is Comparison.SAME_MEANING
    assert compared(switch.format('SPEED_100G'), switch.format('25G')) is Comparison.CONFLICTING


def test_all_documents_of_all_files_are_read() -> None:
    items = f'apiVersion: v1\nkind: List\nitems:\n- {text("b").replace(chr(10), chr(10) + "  ")}\n'
    folder = Folder(
        {
            'managed/vpcs/a.yaml': text('a'),
            'my own/deep/site.yml': f'{text("c")}---\n{text("a", 2)}',
            'lists/all.yaml': items,
            'templates/plain.yaml': text('b', 2),
            '.hnp/archive/a.yaml': text('a'),
            'raw/a.yaml.archived': text('a'),
            'templates/a.yaml.j2': text('a'),
            '.hidden/a.yaml': text('a'),
        }
    )
    groups = {group.key.name: group for group in folder.scan().groups}
    assert groups.keys() == {'a', 'b'}
    assert {str(spot) for spot in groups['a'].spots} == {
        'managed/vpcs/a.yaml#0',
        'my own/deep/site.yml#1',
    }
    assert {str(spot) for spot in groups['b'].spots} == {
        'lists/all.yaml#0.0',
        'templates/plain.yaml#0',
    }
    assert groups['a'].copies[1].copy.line == 9 + 1


def test_raw_updates_are_none() -> None:
    folder = Folder({'managed/vpcs/a.yaml': text('a'), 'raw/a.yaml': text('a', 2)})
    scan = folder.scan()
    assert (scan.groups, scan.updates) == ((), 1)
    folder.add({'raw/b.yaml': text('a', 3)})
    (group,) = folder.scan().groups
    assert {spot.path for spot in group.spots} == {'raw/a.yaml', 'raw/b.yaml'}
    assert group.wait is Wait.TIE


def test_originals_kept_in_place_are_none() -> None:
    folder = Folder({'raw/a.yaml': text('a')}, archive_strategy=ArchiveStrategy.KEEP_IN_PLACE)
    folder.commit(plan_ingest(folder.store, folder.head, folder.fabric, OPERATION))
    assert folder.scan().groups == ()
    folder.add({'old/a.yaml': text('a', 2)})
    assert {spot.path for spot in folder.group('a').spots} == {'managed/vpcs/a.yaml', 'old/a.yaml'}


def test_what_was_moved_is_no_duplicate_until_it_changes() -> None:
    folder = Folder(
        {'managed/vpcs/a.yaml': text('a'), 'old/two.yaml': f'{text("b")}---\n{text("a", 2)}'}
    )
    folder.settle(action=Action.MOVE)
    scan = folder.scan()
    assert (scan.groups, scan.set_aside) == ((), 1)
    folder.add({'unmanaged/old/two.yaml': text('a', 3)})
    assert folder.group('a').wait is Wait.UNMANAGED


def test_near_misses() -> None:
    folder = Folder(
        {
            'raw/a.yaml': text('a', 5),
            'raw/b.yaml': text('b', 5),
            'raw/upper.yaml': text('A', 6),
            'x/values.yaml': 'replicas: 2\n',
            'y/values.yaml': 'replicas: 2\n',
        }
    )
    scan = folder.scan()
    assert scan.groups == ()
    assert {(near.nearness, near.paths) for near in scan.near_misses} == {
        (Nearness.SAME_SPEC, ('raw/a.yaml', 'raw/b.yaml')),
        (Nearness.LETTER_CASE, ('raw/a.yaml', 'raw/upper.yaml')),
        (Nearness.SAME_BYTES, ('x/values.yaml', 'y/values.yaml')),
    }
    assert folder.settle().plan.is_empty


def test_a_file_that_does_not_parse_is_told_and_harms_nobody() -> None:
    folder = Folder(
        {
            'production/a.yaml': text('a'),
            'old/a.yaml': text('a'),
            'old/bad.yaml': f'a: [\n{text("a")}',
        }
    )
    scan = folder.scan()
    assert len(scan.groups) == 1
    assert [(f.code, f.file, f.severity) for f in scan.findings] == [
        ('YamlSyntax', 'old/bad.yaml', 'warning')
    ]


def test_a_list_inside_a_list_is_told_and_stays() -> None:
    above = 'apiVersion: v1\nkind: List\nitems:\n'
    inner = f'{above}- {indented(text("b"))}'
    listed = f'{above}- {indented(text("a"))}- {indented(inner)}'
    folder = Folder({'managed/vpcs/a.yaml': text('a'), 'old/all.yaml': listed})
    scan = folder.scan()
    assert [(f.code, f.file, f.line, f.field) for f in scan.findings] == [
        ('NestedList', 'old/all.yaml', 12, 'items[1]')
    ]
    assert len(folder.settle().settled) == 1
    assert b'name: b' in folder.files()['old/all.yaml']


def indented(lines: str) -> str:
    """Every line but the first two columns further in, so that `- ` may stand before it."""
    return lines.replace('\n', '\n  ').rstrip(' ')


def test_a_scan_after_one_changed_file_reads_that_file() -> None:
    folder = Folder({f'old/{name}.yaml': text(name) for name in 'abcdef'})
    first = folder.scan(known={})
    assert len(first.learned) == 6
    assert folder.scan(known=first.learned).learned == {}
    folder.add({'new/a.yaml': text('a', 2)})
    again = folder.scan(known=first.learned)
    assert len(again.learned) == 1
    assert [group.key for group in again.groups] == [key('a')]
    assert again.blobs == first.blobs | {next(iter(again.learned))}


def test_a_tree_that_did_not_change_is_answered_from_memory(monkeypatch) -> None:
    files = {f'old/{name}.yaml': text(name) for name in 'ab'}
    folder = Folder({**files, 'production/a.yaml': text('a', 2), 'old/bad.yaml': 'a: ['})
    first = folder.scan()
    monkeypatch.setattr(folder.store, 'read_blobs', None)
    again = folder.scan()
    assert replace(again, blobs=first.blobs) == first
    monkeypatch.undo()
    assert folder.scan(ISSUE16_POLICY).groups[0].rule == ''
    folder.add({'.hnp/policy.yaml': 'rules: [{rule: directory, order: [old]}]\n'})
    assert folder.group('a').winner == Spot('old/a.yaml')


def test_rows_depend_on_what_the_fabric_knows() -> None:
    folder = Folder({'raw/a.yaml': text('a')})
    stamp = reading_stamp(folder.fabric, Limits())
    assert stamp == reading_stamp(folder.fabric, Limits())
    assert stamp != reading_stamp(folder.fabric, Limits(depth=5))


def test_a_marked_copy_is_settled_and_stays_so() -> None:
    folder = Folder({'managed/vpcs/a.yaml': text('a'), 'old/a.yaml': text('a', 2)})
    folder.settle(action=Action.MARK)
    group = folder.group('a')
    assert group.settled
    assert folder.settle().plan.is_empty
    folder.add({'new/a.yaml': text('a', 3)})
    assert not folder.group('a').settled
