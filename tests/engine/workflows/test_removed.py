"""Objects that are gone: each with its removal, and with the commit that brings it back."""

import pytest

from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.workflows import (
    Create,
    Remove,
    object_at,
    plan_restore_resource,
    removed_objects,
)

from ..workshop import BASE, LAB, Workshop, vpc
from .versions_lab import KEY, MANAGED, Lab

OTHER = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'b')


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    return Lab(workshop).started()


def gone(lab: Lab, **options):
    return removed_objects(lab.store, lab.head, LAB, **options)


def test_who_removed_it_and_who_brings_it_back(lab: Lab) -> None:
    edited = lab.set(2001)
    text = lab.text()
    removed = lab.netbox(Remove(KEY), user='bob', request='req-8')
    (found,) = gone(lab)
    assert (found.key, found.last) == (KEY, edited)
    assert (found.entry.commit, found.entry.user) == (removed, 'bob')
    assert (found.entry.action, found.entry.path) == ('delete', MANAGED)
    told = found.as_json()
    assert (told['resource'], told['last_commit']) == (str(KEY), edited)
    lab.put(plan_restore_resource(lab.store, lab.head, LAB, KEY, found.last))
    assert lab.text() == text
    assert gone(lab) == []


def test_what_is_there_again_or_only_moved_is_not_gone(lab: Lab) -> None:
    assert gone(lab) == []
    elsewhere = f'{BASE}/managed/vpcs/elsewhere.yaml'
    lab.by_hand({MANAGED: None, elsewhere: lab.text().decode()})
    assert gone(lab) == []
    lab.netbox(Remove(KEY))
    assert [each.entry.path for each in gone(lab)] == [elsewhere]
    lab.netbox(Create(KEY, vpc('a').encode()))
    assert gone(lab) == []


def test_the_latest_removal_counts_and_the_newest_comes_first(lab: Lab) -> None:
    lab.netbox(Remove(KEY))
    lab.by_hand({MANAGED: vpc('a', 7), f'{BASE}/managed/vpcs/b.yaml': vpc('b')})
    both = lab.head
    last = lab.by_hand({MANAGED: None})
    newest = lab.by_hand({f'{BASE}/managed/vpcs/b.yaml': None})
    assert [(each.key, each.entry.commit, each.last) for each in gone(lab)] == [
        (OTHER, newest, last),
        (KEY, last, both),
    ]


def test_one_object_of_a_shared_file(lab: Lab) -> None:
    shared = vpc('a') + '---\n' + vpc('b')
    before = lab.by_hand({MANAGED: shared})
    lab.by_hand({MANAGED: vpc('a', 9)})
    (found,) = gone(lab)
    assert (found.key, found.last) == (OTHER, before)
    place = object_at(lab.store, found.last, LAB, found.key)
    assert place is not None and place.path == MANAGED


def test_what_no_cluster_object_is_and_what_cannot_be_read_are_left_out(lab: Lab) -> None:
    lab.by_hand(
        {
            f'{BASE}/managed/broken.yaml': 'kind: [',
            f'{BASE}/managed/notes.yaml': 'just: text\n',
            f'{BASE}/unmanaged/c.yaml': vpc('c'),
        }
    )
    lab.by_hand(
        {
            f'{BASE}/managed/broken.yaml': None,
            f'{BASE}/managed/notes.yaml': None,
            f'{BASE}/unmanaged/c.yaml': None,
        }
    )
    assert gone(lab) == []


def test_only_so_many_commits_are_looked_at(lab: Lab) -> None:
    lab.netbox(Remove(KEY))
    lab.by_hand({f'{BASE}/managed/vpcs/b.yaml': vpc('b')})
    assert gone(lab, commits=1) == []
    assert [each.key for each in gone(lab, commits=2)] == [KEY]


def test_the_first_commit_of_all_removes_nothing(workshop: Workshop) -> None:
    workshop.commit({MANAGED: vpc('a')})
    assert removed_objects(workshop.store, workshop.head(), LAB) == []


def test_what_a_side_branch_removed_is_told_by_its_own_commit(lab: Lab) -> None:
    lab.workshop.git('checkout', '--quiet', '-b', 'side')
    removed = lab.by_hand({MANAGED: None})
    lab.workshop.git('checkout', '--quiet', 'main')
    lab.by_hand({'README': 'meanwhile'})
    lab.workshop.git('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side')
    assert [each.entry.commit for each in gone(lab)] == [removed]
