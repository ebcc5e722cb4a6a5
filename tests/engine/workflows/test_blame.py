"""Field by field: who set it, where it stands, and which drop it came from."""

import re

import pytest

from hedgehog_gitops.documents import parse_field_path
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.workflows import SetFields, blame, blame_since, resource_blame

from ..workshop import BASE, LAB, Workshop, connection, vpc
from .versions_lab import KEY, MANAGED, RAW, VLAN, Lab

SUBNET = 'spec.subnets.default.subnet'


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    return Lab(workshop).started()


def blamed(lab: Lab, field: str | None = None, key: ResourceKey = KEY):
    wanted = parse_field_path(field) if field else None
    return {each.field: each for each in resource_blame(lab.store, lab.head, LAB, key, wanted)}


def test_a_dropped_value_belongs_to_whoever_dropped_it(lab: Lab) -> None:
    vlan = blamed(lab)[VLAN]
    assert (vlan.entry.commit, vlan.source, vlan.through) == (lab.dropped, RAW, lab.ingested)
    assert vlan.path == MANAGED
    line = lab.text().decode().split('\n')[vlan.line - 1]
    assert line.strip().startswith('vlan: 1001')
    raw = lab.workshop.show(RAW, lab.dropped).decode().split('\n')
    assert raw[vlan.source_line - 1].strip().startswith('vlan: 1001')


def test_an_edit_belongs_to_netboxs_user_and_the_rest_stays_where_it_was(lab: Lab) -> None:
    edited = lab.set(2001, user='bob', request='req-9')
    fields = blamed(lab)
    vlan = fields[VLAN]
    assert (vlan.entry.commit, vlan.entry.user, vlan.entry.request, vlan.value) == (
        edited,
        'bob',
        'req-9',
        2001,
    )
    assert (vlan.source, vlan.through) == (MANAGED, None)
    assert fields[SUBNET].entry.commit == lab.dropped


def test_reformatting_and_moving_change_nobody(lab: Lab) -> None:
    text = lab.text().decode()
    lab.by_hand({MANAGED: '# new\n' + text.replace('vlan: 1001', 'vlan:    0x3e9')})
    moved = f'{BASE}/managed/vpcs/moved.yaml'
    lab.by_hand({MANAGED: None, moved: lab.text().decode()})
    vlan = blamed(lab)[VLAN]
    assert (vlan.entry.commit, vlan.path) == (lab.dropped, moved)


def test_a_value_that_comes_back_belongs_to_whoever_brought_it_back(lab: Lab) -> None:
    lab.set(2001)
    back = lab.set(1001)
    assert blamed(lab)[VLAN].entry.commit == back


def test_a_later_drop_sets_only_what_it_changed(lab: Lab) -> None:
    again = lab.drop(vpc('a', 1777), f'{BASE}/raw/later.yaml')
    lab.ingest()
    fields = blamed(lab)
    assert (fields[VLAN].entry.commit, fields[VLAN].source) == (again, f'{BASE}/raw/later.yaml')
    assert fields[SUBNET].entry.commit == lab.dropped


def test_a_removed_field_belongs_to_whoever_removed_it(lab: Lab) -> None:
    path = parse_field_path('spec.vlanNamespace')
    removed = lab.netbox(SetFields(KEY, unset=(path,)), user='carol')
    (found,) = blamed(lab, 'spec.vlanNamespace').values()
    assert (found.present, found.entry.commit, found.entry.user) == (False, removed, 'carol')
    assert (found.path, found.line) == (None, None)


def test_a_field_that_never_was(lab: Lab) -> None:
    assert blamed(lab, 'spec.nonsense') == {}


def test_a_field_is_everything_below_it(lab: Lab) -> None:
    assert set(blamed(lab, 'spec.subnets')) == {VLAN, SUBNET}


def test_both_sides_of_a_merge_keep_their_authors(lab: Lab) -> None:
    lab.workshop.git('checkout', '--quiet', '-b', 'side')
    text = lab.text().decode()
    aside = lab.by_hand({MANAGED: text.replace('10.0.1.0', '10.9.1.0')}, 'Aside')
    lab.workshop.git('checkout', '--quiet', 'main')
    main = lab.by_hand({MANAGED: text.replace('vlan: 1001', 'vlan: 1005')}, 'On main')
    lab.workshop.git('merge', '--quiet', '-m', 'Joined', '-s', 'ours', 'side')
    both = text.replace('10.0.1.0', '10.9.1.0').replace('vlan: 1001', 'vlan: 1005')
    lab.workshop.clone.joinpath(MANAGED).write_text(both)
    lab.workshop.git('commit', '--quiet', '--amend', '--all', '--no-edit')
    fields = blamed(lab)
    assert fields[VLAN].entry.commit == main
    assert fields[SUBNET].entry.commit == aside
    assert fields['spec.ipv4Namespace'].entry.commit == lab.dropped


LINKS = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: c}
spec:
  bundled:
    links:
"""
LINK = '    - {{server: {{port: s/{0}}}, switch: {{port: l/{0}}}}}\n'


def test_list_items_are_followed_when_they_change_places(workshop: Workshop) -> None:
    lab = Lab(workshop)
    key = ResourceKey('wiring.githedgehog.com', 'Connection', 'default', 'c')
    path = f'{BASE}/managed/connections/c.yaml'
    first = lab.by_hand({path: LINKS + LINK.format('one')})
    second = lab.by_hand({path: LINKS + LINK.format('zero') + LINK.format('one')})
    fields = blamed(lab, key=key)
    assert fields['spec.bundled.links[0].server.port'].entry.commit == second
    assert fields['spec.bundled.links[1].server.port'].entry.commit == first


def test_nothing_to_blame(workshop: Workshop) -> None:
    lab = Lab(workshop)
    lab.drop(connection('c'))
    assert blamed(lab) == {}


def test_since_a_commit_only_what_came_after_it_is_asked(lab: Lab) -> None:
    lab.set(1500)
    agreed = lab.head
    lab.set('10.0.9.0/24', SUBNET, user='carol')
    by_bob = lab.set(2001, user='bob')
    lab.set('x', 'metadata.labels.note', user='dave')
    wanted = [parse_field_path(VLAN), parse_field_path(SUBNET)]
    found = {
        each.field: each for each in blame_since(lab.store, agreed, lab.head, LAB, KEY, wanted)
    }
    assert found[VLAN].entry.commit == by_bob
    assert (found[VLAN].value, found[VLAN].entry.user) == (2001, 'bob')
    assert found[SUBNET].entry.user == 'carol'


def test_since_a_commit_a_field_taken_away_belongs_to_whoever_took_it(lab: Lab) -> None:
    agreed = lab.head
    gone = lab.by_hand({MANAGED: re.sub(' +vlan: .*\n', '', lab.text().decode())})
    lab.set('x', 'metadata.labels.note')
    (vlan,) = blame_since(lab.store, agreed, lab.head, LAB, KEY, [parse_field_path(VLAN)])
    assert (vlan.entry.commit, vlan.present) == (gone, False)


def test_since_a_commit_too_long_ago_nobody_is_named(lab: Lab, monkeypatch) -> None:
    agreed = lab.head
    lab.set(2001)
    lab.set(2002)
    monkeypatch.setattr(blame, '_MOST_SINCE', 1)
    assert blame_since(lab.store, agreed, lab.head, LAB, KEY, [parse_field_path(VLAN)]) == []
