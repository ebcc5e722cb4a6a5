"""The winner is in force: what the fabric reads afterwards, and what ingestion leaves alone."""

from dataclasses import replace

import pytest

from hedgehog_gitops.duplicates import DEFAULT_POLICY, Action, Choice, Spot
from hedgehog_gitops.identity import RepoPath
from hedgehog_gitops.workflows import Settlement

from .folders import Folder, key, text

HOME = 'managed/vpcs/a.yaml'
OTHER = 'managed/z.yaml'
LIVE = [Action.KEEP, Action.MARK]


def listed(*documents: str) -> str:
    items = ('- ' + each.replace('\n', '\n  ').rstrip(' ') for each in documents)
    return 'apiVersion: v1\nkind: List\nitems:\n' + ''.join(items)


def chosen(winner: str, *, action: Action | None = None) -> Choice:
    return Choice(key('a'), Spot(RepoPath(winner)), action)


def refused(settlement: Settlement) -> str:
    (left,) = settlement.left
    assert (left.reason, left.person) == ('CannotRewrite', True)
    assert settlement.plan.is_empty
    return left.message


@pytest.mark.parametrize('action', LIVE)
@pytest.mark.parametrize(
    'files',
    [
        {'raw/one.yaml': text('a', 1), 'raw/two.yaml': text('a', 2)},
        {'raw/one.yaml': text('a', 1), 'raw/two.yaml': text('a', 2), HOME: text('a', 3)},
    ],
)
def test_a_loser_that_ingestion_would_put_over_the_winner_cannot_stay(files, action) -> None:
    settlement = Folder(files).settle_nothing(chosen('raw/two.yaml', action=action))
    assert 'raw/one.yaml: the next ingestion would take it up' in refused(settlement)


@pytest.mark.parametrize('action', LIVE)
def test_what_says_the_same_may_stay_in_raw(action) -> None:
    files = {'raw/one.yaml': text('a'), 'raw/two.yaml': f'# two\n{text("a")}'}
    folder = Folder(files)
    settlement = folder.settle(chosen('raw/two.yaml', action=action))
    assert (settlement.left, len(settlement.settled)) == ((), 1)


@pytest.mark.parametrize('action', LIVE)
def test_a_loser_that_the_fabric_is_read_from_cannot_stay(action) -> None:
    folder = Folder({HOME: text('a', 1), OTHER: text('a', 2)})
    settlement = folder.settle_nothing(chosen(OTHER, action=action))
    assert f'{HOME}: the object is read from here' in refused(settlement)
    # The other way round it may: the own file counts.
    assert folder.settle(chosen(HOME, action=action)).left == ()


@pytest.mark.parametrize('action', LIVE)
def test_without_an_own_file_the_first_path_counts(action) -> None:
    files = {'managed/y.yaml': text('a', 1), OTHER: text('a', 2)}
    assert 'managed/y.yaml' in refused(Folder(files).settle_nothing(chosen(OTHER, action=action)))
    assert Folder(files).settle(chosen('managed/y.yaml', action=action)).left == ()


def test_an_item_of_a_list_in_managed_gets_a_file_of_its_own() -> None:
    folder = Folder({HOME: text('a', 1), 'managed/main.yaml': listed(text('a', 2), text('b'))})
    name_counts = replace(DEFAULT_POLICY, rules=DEFAULT_POLICY.rules[2:])
    settlement = folder.settle(policy=name_counts)
    (settled,) = settlement.settled
    assert str(settled.order.winner.spot) == 'managed/main.yaml#0.0'
    assert settled.becomes[0].path == HOME
    files = folder.files()
    assert b'vlan: 2' in files[HOME]
    assert b'name: a\n' not in files['managed/main.yaml']
    assert b'name: b\n' in files['managed/main.yaml']
    assert b'vlan: 1' in files['.hnp/archive/managed/vpcs/a.yaml']
