"""Two files in managed/ for one object: its own file wins, below whatever else the rules say."""

from dataclasses import replace

import pytest

from hedgehog_gitops.duplicates import (
    DEFAULT_POLICY,
    ISSUE16_POLICY,
    Action,
    RuleKind,
    Wait,
    read_policy,
)

from .folders import Folder, text

OWN = 'managed/vpcs/a.yaml'
OTHER = 'managed/vpcs/a-copy.yaml'


@pytest.mark.parametrize('vlan', [1001, 1002])
def test_the_own_file_wins_whatever_they_say(vlan: int) -> None:
    folder = Folder({OTHER: text('a', vlan), OWN: text('a', 1001)})
    group = folder.group('a')
    assert (group.winner and group.winner.path, group.rule, group.wait) == (OWN, 'own_file', None)
    assert group.why == "wins because it is the object's own file"
    loser = group.copies[1]
    assert (loser.why, loser.action) == (
        "loses because it is not the object's own file",
        Action.ARCHIVE,
    )
    assert group.copies[0].score - loser.score == DEFAULT_POLICY.weights[-1] == 1
    folder.settle()
    files = folder.files()
    assert OTHER not in files
    assert f'.hnp/archive/{OTHER}' in files
    assert folder.scan().groups == ()


@pytest.mark.parametrize(
    'better',
    ['managed/vpcs/main.yaml', 'production/a.yaml', 'managed/production/a.yaml'],
)
def test_every_rule_before_it_counts_more(better: str) -> None:
    group = Folder({OWN: text('a', 1), better: text('a', 2)}).group('a')
    assert group.winner is not None
    assert group.winner.path == better


def test_marks_count_more_too() -> None:
    group = Folder({OWN: text('a', 1), OTHER: text('a', 2, managed='true')}).group('a')
    assert (group.winner and group.winner.path, group.rule) == (OTHER, 'metadata')


@pytest.mark.parametrize(
    'files',
    [
        {OTHER: text('a', 1), 'managed/vpcs/x.yaml': text('a', 2)},
        {OWN: text('a', 1) + '---\n' + text('a', 2)},
        {'one/vpcs/a.yaml': text('a', 1), 'two/vpcs/a.yaml': text('a', 2)},
    ],
)
def test_without_one_own_file_it_is_a_tie(files: dict[str, str]) -> None:
    assert Folder(files).group('a').wait is Wait.TIE


def test_the_five_steps_take_it_where_both_say_the_same() -> None:
    same = Folder({OWN: text('a', 1), OTHER: f'# again\n{text("a", 1)}'})
    group = same.group('a', ISSUE16_POLICY)
    assert (group.winner and group.winner.path, group.rule) == (OWN, 'own_file (same)')
    assert group.copies[1].action is Action.DELETE
    # Where they differ, its fourth and fifth step decide as they are written.
    other = Folder({OWN: text('a', 1)})
    other.add({OTHER: text('a', 2)})
    assert other.group('a', ISSUE16_POLICY).rule == 'age (different)'


def test_a_policy_may_leave_it_out_or_name_it() -> None:
    without = replace(DEFAULT_POLICY, rules=DEFAULT_POLICY.rules[:-1])
    assert Folder({OWN: text('a', 1), OTHER: text('a', 2)}).group('a', without).wait is Wait.TIE
    named, findings = read_policy(b'rules:\n- {rule: own_file, action: comment}\n')
    assert findings == ()
    assert named is not None
    assert named.rules[0].kind is RuleKind.OWN_FILE
    group = Folder({OWN: text('a', 1), OTHER: text('a', 2)}).group('a', named)
    assert group.copies[1].action is Action.COMMENT
