"""What rules and people may choose, what waits for a person, and what is told of a choice."""

from dataclasses import replace

import pytest

from hedgehog_gitops.documents import read
from hedgehog_gitops.duplicates import DEFAULT_POLICY, Action, Choice, DuplicateGroup, Spot, Wait
from hedgehog_gitops.findings import Severity
from hedgehog_gitops.identity import RepoPath

from .folders import Folder, key, text

MANAGED = 'managed/vpcs/a.yaml'
MADE = 'production/a.yaml'
WHOLE = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: a
spec:
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 1001
"""
REFUSED = WHOLE.replace('10.0.1.0/24', '[not, a, subnet]').replace('1001', '"x"')


def spot(path: str, document: int = 0) -> Spot:
    return Spot(RepoPath(path), document)


def test_a_winner_with_errors_is_left_to_a_person() -> None:
    folder = Folder({MANAGED: WHOLE, MADE: REFUSED})
    group = folder.group('a')
    assert (group.wait, group.winner) == (Wait.INVALID, spot(MADE))
    assert 'a cluster would refuse it' in group.why
    assert {each.action for each in group.copies} == {Action.KEEP}
    settlement = folder.settle_nothing()
    assert [each.reason for each in settlement.left] == ['DuplicateInvalid']
    assert settlement.plan.is_empty
    assert settlement.plan.conflicts
    # Naming what loses does not choose the winner.
    named = folder.settle_nothing(Choice(key('a'), actions={spot(MANAGED): Action.DELETE}))
    assert [each.reason for each in named.left] == ['DuplicateInvalid']


@pytest.mark.parametrize('place', ['document', 'item'])
def test_who_chooses_it_nevertheless_is_told_what_is_wrong(place) -> None:
    item = '- ' + REFUSED.replace('\n', '\n  ').rstrip(' ')
    listed = f'apiVersion: v1\nkind: List\nitems:\n{item}'
    folder = Folder({MANAGED: WHOLE, MADE: listed if place == 'item' else f'---\n{REFUSED}'})
    winner = folder.group('a').winner
    settlement = folder.settle(Choice(key('a'), winner=winner))
    told = settlement.plan.findings
    assert {each.severity for each in told} == {Severity.WARNING}
    assert {(each.file, each.code) for each in told} == {(MADE, 'WrongType')}
    line = next(n for n, said in enumerate(listed.splitlines(), 1) if 'subnet: [' in said)
    assert (line if place == 'item' else 9) in {each.line for each in told}
    assert settlement.settled[0].order.why == 'wins because a person chose it'
    assert b'[not, a, subnet]' in folder.files()[MANAGED]


def test_a_tie_in_one_file_names_its_documents() -> None:
    group = Folder({'old/x.yaml': text('a', 1) + '---\n' + text('a', 2)}).group('a')
    assert group.why == 'no rule tells old/x.yaml#0 and old/x.yaml#1 apart'


def test_errors_that_all_have_choose_nobody_and_the_other_may_be_chosen() -> None:
    same = Folder({MANAGED: REFUSED.replace('"x"', '"y"'), MADE: REFUSED})
    assert same.group('a').wait is None
    folder = Folder({MANAGED: WHOLE, MADE: REFUSED})
    settlement = folder.settle(Choice(key('a'), winner=spot(MANAGED)))
    assert settlement.plan.findings == ()
    assert MADE not in folder.files()
    # Under a policy that takes the whole one nobody is asked.
    area = replace(DEFAULT_POLICY, rules=DEFAULT_POLICY.rules[1:])
    assert Folder({MANAGED: WHOLE, MADE: REFUSED}).group('a', area).wait is None


def test_a_scan_that_was_kept_says_the_same() -> None:
    folder = Folder({MANAGED: WHOLE, MADE: REFUSED})
    assert folder.scan().groups == folder.scan().groups


def test_a_document_of_unmanaged_that_nobody_named_stays() -> None:
    twice = text('a', 1) + '---\n' + text('a', 2)
    folder = Folder({MANAGED: text('a', 3), 'unmanaged/x.yaml': twice})
    choice = Choice(key('a'), None, Action.ARCHIVE, {spot('unmanaged/x.yaml'): Action.ARCHIVE})
    settlement = folder.settle(choice)
    (settled,) = settlement.settled
    actions = {str(each.spot): each.action for each in settled.becomes[1:]}
    assert actions == {'unmanaged/x.yaml#0': Action.ARCHIVE, 'unmanaged/x.yaml#1': Action.KEEP}
    (kept,) = (each for each in read(folder.files()['unmanaged/x.yaml']).documents if each.value)
    assert kept.value['spec']['subnets']['default']['vlan'] == 2


def test_a_group_that_alone_is_too_large_is_left_to_a_person() -> None:
    copies = {f'old/{number:03}.yaml': text('a', number) for number in range(6)}
    folder = Folder({MANAGED: text('a'), 'old/b.yaml': text('b'), MADE: text('b'), **copies})
    settlement = folder.settle(policy=replace(DEFAULT_POLICY, max_moves=5))
    assert [group.order.group.key.name for group in settlement.settled] == ['b']
    (left,) = settlement.left
    assert (left.reason, left.person) == ('SettlementTooLarge', True)
    assert 'max_moves' in left.message
    assert 'next run' not in left.message
    assert settlement.plan.conflicts[0].message == left.message


def test_what_a_group_says_is_its_own_whatever_stands_around_it() -> None:
    alone = Folder({MANAGED: text('a', 1), 'old/x.yaml': text('a', 2)}).group('a')
    moved = text('b') + '---\n# a remark\n' + text('a', 2).replace('kind: VPC', 'kind:  "VPC"')
    among = Folder({MANAGED: text('a', 1), 'old/x.yaml': moved}).group('a')
    assert among.content == alone.content
    assert among.state != alone.state
    other: list[DuplicateGroup] = [
        Folder(files).group('a')
        for files in (
            {MANAGED: text('a', 1), 'old/x.yaml': text('a', 3)},
            {MANAGED: text('a', 1), 'old/y.yaml': text('a', 2)},
            {MANAGED: text('a', 1), 'old/x.yaml': text('a', 2) + '---\n' + text('a', 2)},
        )
    ]
    assert len({alone.content, *(group.content for group in other)}) == 4


def test_the_hint_at_a_loser_below_the_winner_brings_it_back() -> None:
    before = {MANAGED: text('a', 1), MADE: text('a', 2)}
    folder = Folder(before)
    folder.settle(action=Action.COMMENT)
    lines = folder.files()[MANAGED].decode().splitlines(keepends=True)
    (hint,) = (line for line in lines if line.startswith('# undo: '))
    assert 'delete the object above in this document' in hint
    own = lines[lines.index(hint) + 1 :]
    assert ''.join(line.removeprefix('# ') for line in own) == before[MANAGED]


@pytest.mark.parametrize('action', [Action.COMMENT, Action.ARCHIVE])
def test_a_list_where_the_winner_belongs_is_left_whole(action) -> None:
    items = ''.join('- ' + text(name, 1).replace('\n', '\n  ').rstrip(' ') for name in ('a', 'c'))
    listed = f'apiVersion: v1\nkind: List\nitems:\n{items}'
    folder = Folder(
        {MANAGED: listed, MADE: text('a', 2), 'old/b.yaml': text('b'), 'raw/b.yaml': text('b')}
    )
    settlement = folder.settle(action=action)
    assert [each.reason for each in settlement.left] == ['CannotRewrite']
    assert [group.order.group.key.name for group in settlement.settled] == ['b']
    assert folder.files()[MANAGED].decode() == listed
