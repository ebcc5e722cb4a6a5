"""The history of an object and of a file, from Git alone, through drops, moves and branches."""

from datetime import UTC, datetime

import pytest

from hedgehog_gitops.git import Authorship, Identity, NewBlob
from hedgehog_gitops.identity import RepoPath, ResourceKey
from hedgehog_gitops.workflows import (
    Remove,
    fabric_history,
    file_history,
    last_touched,
    resource_history,
)

from ..workshop import BASE, LAB, Workshop, switch, vpc
from .versions_lab import KEY, MANAGED, RAW, VLAN, Lab

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    return Lab(workshop).started()


def told(lab: Lab, **options):
    return resource_history(lab.store, lab.head, LAB, KEY, **options)


def test_from_the_drop_to_the_deletion(lab: Lab) -> None:
    edited = lab.set(2001, request='req-7')
    removed = lab.netbox(Remove(KEY), user='bob', request='req-8')
    entries = told(lab)
    assert [(entry.action, entry.commit) for entry in entries] == [
        ('delete', removed),
        ('update', edited),
        ('create', lab.ingested),
        ('drop', lab.dropped),
    ]
    deletion, edit, creation, drop = entries
    assert (deletion.user, deletion.request, deletion.operation) == ('bob', 'req-8', 'op-req-8')
    assert (edit.user, edit.request, edit.fields) == ('alice', 'req-7', (VLAN,))
    assert (creation.kind, creation.moved_from, creation.path) == ('file_ingestion', RAW, MANAGED)
    assert (drop.author, drop.user, drop.path) == ('Ada Example', None, RAW)
    assert len(told(lab, limit=2)) == 2


def test_other_objects_of_a_shared_file_are_left_out(workshop: Workshop) -> None:
    lab = Lab(workshop)
    shared = f'{BASE}/managed/vpcs/shared.yaml'
    first = lab.by_hand({shared: vpc('a') + '---\n' + vpc('b')})
    lab.by_hand({shared: vpc('a') + '---\n' + vpc('b', 7)})
    last = lab.by_hand({shared: vpc('a', 5) + '---\n' + vpc('b', 7)})
    assert [entry.commit for entry in told(lab)] == [last, first]


def test_a_move_with_changes_is_followed_by_what_lies_in_the_file(lab: Lab) -> None:
    text = lab.text().decode()
    moved = f'{BASE}/managed/vpcs/elsewhere.yaml'
    first = lab.by_hand({MANAGED: None, moved: text})
    second = lab.by_hand({moved: None, MANAGED: text.replace('1001', '1002')})
    entries = told(lab)
    assert [(entry.action, entry.commit) for entry in entries[:2]] == [
        ('update', second),
        ('move', first),
    ]
    assert entries[0].moved_from == moved
    assert entries[-1].commit == lab.dropped


def test_without_the_archive_log_the_drop_is_found_all_the_same(lab: Lab) -> None:
    lab.workshop.git('rm', '--quiet', '-r', f'{BASE}/.hnp')
    lab.by_hand({'README': 'y'})
    assert [entry.action for entry in told(lab)] == ['create', 'drop']


def test_a_side_branch_counts_where_it_changed_something(lab: Lab) -> None:
    lab.workshop.git('checkout', '--quiet', '-b', 'side')
    text = lab.text().decode()
    aside = lab.by_hand({MANAGED: text.replace('10.0.1.0', '10.9.1.0')}, 'Aside')
    lab.workshop.git('checkout', '--quiet', 'main')
    main = lab.by_hand({MANAGED: text.replace('vlan: 1001', 'vlan: 1005')}, 'On main')
    lab.workshop.git('merge', '--quiet', '-m', 'Joined', '-s', 'ours', 'side')
    both = text.replace('10.0.1.0', '10.9.1.0').replace('vlan: 1001', 'vlan: 1005')
    lab.workshop.clone.joinpath(MANAGED).write_text(both)
    lab.workshop.git('commit', '--quiet', '--amend', '--all', '--no-edit')
    found = {entry.commit for entry in told(lab)}
    assert {aside, main, lab.head, lab.ingested, lab.dropped} == found


def test_a_file_under_its_earlier_names(lab: Lab) -> None:
    archived = f'{RAW}.archived'
    entries = file_history(lab.store, lab.head, archived)
    assert [(entry.action, entry.commit, entry.path) for entry in entries] == [
        ('move', lab.ingested, archived),
        ('create', lab.dropped, RAW),
    ]
    assert entries[0].moved_from == RAW


def test_a_file_that_is_gone(lab: Lab) -> None:
    gone = lab.netbox(Remove(KEY))
    entries = file_history(lab.store, lab.head, MANAGED)
    assert [entry.action for entry in entries] == ['delete', 'create']
    assert entries[0].commit == gone


def test_names_with_odd_letters(lab: Lab) -> None:
    odd = f'{BASE}/unmanaged/a *[b] "c" ü.yaml'
    made = lab.by_hand({odd: switch('x')})
    assert [entry.commit for entry in file_history(lab.store, lab.head, odd)] == [made]


def test_what_never_was_has_no_history(lab: Lab) -> None:
    assert file_history(lab.store, lab.head, f'{BASE}/raw/never.yaml') == []
    never = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'never')
    assert resource_history(lab.store, lab.head, LAB, never) == []


def test_the_fabric_has_the_commits_of_its_folder(lab: Lab) -> None:
    lab.by_hand({'elsewhere.txt': 'x'})
    commits = [entry.commit for entry in fabric_history(lab.store, lab.head, LAB)]
    assert commits[:2] == [lab.ingested, lab.dropped]


def test_a_drop_that_says_nothing_new_is_told_as_such(lab: Lab) -> None:
    dropped = lab.drop(vpc('a'), f'{BASE}/raw/again.yaml')
    ingested = lab.ingest()
    assert [(entry.action, entry.commit) for entry in told(lab)[:2]] == [
        ('ingest', ingested),
        ('drop', dropped),
    ]


def test_a_merge_that_joins_other_objects_of_the_file_is_left_out(workshop: Workshop) -> None:
    lab = Lab(workshop)
    shared = f'{BASE}/managed/vpcs/shared.yaml'
    first = lab.by_hand({shared: vpc('a') + '---\n' + vpc('b') + '---\n' + vpc('c')})
    workshop.git('checkout', '--quiet', '-b', 'side')
    lab.by_hand({shared: vpc('a') + '---\n' + vpc('b', 7) + '---\n' + vpc('c')}, 'Aside')
    workshop.git('checkout', '--quiet', 'main')
    changed = lab.by_hand({shared: vpc('a', 5) + '---\n' + vpc('b') + '---\n' + vpc('c')}, 'Main')
    workshop.git('merge', '--quiet', '-m', 'Joined', '-s', 'ours', 'side')
    both = vpc('a', 5) + '---\n' + vpc('b', 7) + '---\n' + vpc('c')
    workshop.clone.joinpath(shared).write_text(both)
    workshop.git('commit', '--quiet', '--amend', '--all', '--no-edit')
    assert [entry.commit for entry in told(lab)] == [changed, first]


def test_who_touched_each_file_last(lab: Lab) -> None:
    base = RepoPath(BASE)
    other = RepoPath(f'{BASE}/managed/vpcs/other.yaml')
    first = lab.by_hand({other: vpc('other')})
    edited = lab.set(2001)
    paths = list(lab.store.list_tree(lab.head, base))
    found = last_touched(lab.store, lab.head, base, paths)
    assert set(found) == set(paths)
    assert (found[other].commit, found[other].author) == (first, 'Ada Example')
    assert (found[RepoPath(MANAGED)].commit, found[RepoPath(MANAGED)].user) == (edited, 'alice')
    # Older ones than one looks at have none; other folders are not looked at.
    assert set(last_touched(lab.store, lab.head, base, paths, limit=2)) == {other, MANAGED}
    assert last_touched(lab.store, lab.head, RepoPath(f'{BASE}/raw'), [other]) == {}
    assert last_touched(lab.store, lab.head, base, []) == {}


def test_what_a_merge_brings_was_touched_by_its_own_commit(lab: Lab) -> None:
    base, store = RepoPath(''), lab.store
    start = lab.head
    mine = lab.by_hand({'mine.yaml': 'a: 1\n'})
    when = Authorship(Identity('Eve', 'e@example.com'), Identity('Eve', 'e@example.com'), NOON)
    edits = {RepoPath('theirs.yaml'): NewBlob(b'b: 1\n')}
    theirs = store.commit(start, edits, 'Theirs\n', when, 'refs/test/theirs')
    joined = store.commit(mine, edits, 'Join\n', when, 'refs/test/joined', merged=(theirs,))
    paths = [RepoPath('mine.yaml'), RepoPath('theirs.yaml')]
    found = last_touched(store, joined, base, paths)
    assert [found[path].commit for path in paths] == [mine, theirs]
