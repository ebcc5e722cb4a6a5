"""Policies: read with places for what is wrong, written back, overridden, and what they decide."""

import json

import pytest

from hedgehog_gitops.duplicates import (
    DEFAULT_POLICY,
    ISSUE16_POLICY,
    Action,
    OptionSet,
    RuleKind,
    group_as_json,
    group_from_json,
    overridden,
    policy_as_json,
    policy_as_value,
    policy_as_yaml,
    policy_from_value,
    read_policy,
)
from hedgehog_gitops.errors import NeedsPerson

from .folders import Folder, text


@pytest.mark.parametrize('policy', [DEFAULT_POLICY, ISSUE16_POLICY])
def test_ready_policies_read_back(policy) -> None:
    assert read_policy(policy_as_yaml(policy)) == (policy, ())
    assert read_policy(policy_as_json(policy)) == (policy, ())
    assert policy_from_value(json.loads(policy_as_json(policy))) == (policy, ())


def test_every_weight_is_more_than_all_behind_it() -> None:
    assert DEFAULT_POLICY.weights == (320, 80, 16, 2, 1)
    rules, weights = DEFAULT_POLICY.rules, DEFAULT_POLICY.weights
    for number, weight in enumerate(weights[:-1]):
        behind = sum(
            rule.steps * each
            for rule, each in zip(rules[number + 1 :], weights[number + 1 :], strict=True)
        )
        assert weight > behind
    assert [row['weight'] for row in policy_as_value(DEFAULT_POLICY)['rules']] == list(weights)


def test_an_option_set_alone_is_a_policy() -> None:
    policy, findings = read_policy(b'option_set: issue16\nmax_moves: 5\n')
    assert findings == ()
    assert policy is not None
    assert (policy.rules, policy.max_moves, policy.name) == (ISSUE16_POLICY.rules, 5, 'issue16')


def test_other_rules_make_it_a_custom_one() -> None:
    policy, _ = read_policy(b'option_set: default\nrules: [{rule: age}]\n')
    assert policy is not None
    assert policy.option_set is OptionSet.CUSTOM


@pytest.mark.parametrize(
    ('given', 'field', 'line', 'column'),
    [
        (b'option_set: defualt\n', 'option_set', 1, 1),
        (b'option_set: default\nmax_moves: -1\n', 'max_moves', 2, 1),
        (b'option_set: default\nmax_moves: true\n', 'max_moves', 2, 1),
        (b'rules:\n- rule: directory\n  order: [a, b/c]\n', 'rules[0].order[1]', 3, 14),
        (b'rules:\n- rule: area\n  order: [managed, prod]\n', 'rules[0].order[1]', 3, 20),
        (b'rules:\n- rule: metadata\n  order: [admin]\n', 'rules[0].order[0]', 3, 11),
        (b'rules:\n- rule: metadata\n  order: [=admin]\n', 'rules[0].order[0]', 3, 11),
        (b'rules:\n- rule: file_name\n  order: [main.yaml]\n', 'rules[0].order[0]', 3, 11),
        (b'rules:\n- rule: area\n  order: [raw, raw]\n', 'rules[0].order[1]', 3, 16),
        (b'rules:\n- rule: age\n  order: [a]\n', 'rules[0].order', 3, 3),
        (b'rules:\n- rule: directory\n', 'rules[0].order', 2, 3),
        (b'rules:\n- order: [a]\n', 'rules[0].rule', 2, 3),
        (b'rules:\n- rule: age\n  when: never\n', 'rules[0].when', 3, 3),
        (b'rules:\n- rule: age\n  single: 1\n', 'rules[0].single', 3, 3),
        (b'rules: []\n', 'rules', 1, 1),
        (b'name: x\n', 'rules', 1, 1),
        (b'option_set: default\nloser: comment\n', 'loser', 2, 1),
        (b'[]\n', None, 1, 1),
    ],
)
def test_what_is_wrong_is_told_with_its_place(given, field, line, column) -> None:
    policy, findings = read_policy(given, 'policy.yaml')
    assert policy is None
    first = findings[0]
    assert (first.code, first.field) == ('PolicyInvalid', field)
    assert (first.file, first.line, first.column) == ('policy.yaml', line, column)


@pytest.mark.parametrize(
    'given', [b'option_set: issue17\n', b'rules: [{rule: dirs}]\n', b'rules: [1]\n']
)
def test_one_slip_is_told_once(given) -> None:
    policy, findings = read_policy(given)
    assert (policy, len(findings)) == (None, 1)


def test_text_that_does_not_read_is_told() -> None:
    policy, findings = read_policy(b'rules: [\n')
    assert policy is None
    assert findings[0].code == 'YamlSyntax'
    policy, findings = read_policy(b'a: 1\n---\nb: 2\n')
    assert policy is None
    assert findings[0].code == 'PolicyInvalid'


def test_a_fabric_overrides_some_of_it() -> None:
    assert overridden(DEFAULT_POLICY, {}) == (DEFAULT_POLICY, ())
    changed, findings = overridden(
        DEFAULT_POLICY, {'loser_action': 'comment', 'rules': [{'rule': 'age'}]}
    )
    assert findings == ()
    assert changed is not None
    assert changed.loser_action is Action.COMMENT
    assert [rule.kind for rule in changed.rules] == [RuleKind.AGE]
    assert changed.max_moves == DEFAULT_POLICY.max_moves
    refused, findings = overridden(DEFAULT_POLICY, {'name': 'x'})
    assert refused is None
    assert findings[0].field == 'name'


def test_the_policy_kept_with_the_fabric_is_used() -> None:
    files = {'one/a.yaml': text('a', 1), 'two/a.yaml': text('a', 2)}
    assert Folder(files).group('a').winner is None
    policy = b'rules:\n- {rule: directory, order: [two]}\n'
    kept = Folder({**files, '.hnp/policy.yaml': policy})
    assert kept.group('a').why == 'wins because it lies in two/'
    assert kept.group('a', DEFAULT_POLICY).winner is None


def test_a_broken_policy_of_the_fabric_is_a_finding() -> None:
    folder = Folder({'.hnp/policy.yaml': b'rules: 3\n', 'raw/a.yaml': text('a')})
    scan = folder.scan()
    assert scan.policy == DEFAULT_POLICY
    assert [(f.code, f.file, f.line) for f in scan.findings] == [
        ('PolicyInvalid', '.hnp/policy.yaml', 1)
    ]
    with pytest.raises(NeedsPerson, match='rules must be a list'):
        folder.settle()
    assert folder.settle(policy=DEFAULT_POLICY).plan.is_empty


def test_the_oldest_wins_where_nothing_else_tells() -> None:
    folder = Folder({'raw/.gitkeep': '', 'one/a.yaml': text('a', 1)})
    folder.add({'managed/vpcs/b.yaml': text('b')})
    folder.add({'another/a.yaml': text('a', 2)})
    group = folder.group('a', ISSUE16_POLICY)
    assert group.winner is not None
    assert (group.winner.path, group.rule) == ('one/a.yaml', 'age (different)')
    assert group.why == 'wins because its file came into Git first'
    assert group.copies[1].action is Action.COMMENT_AND_MOVE


def test_groups_read_back_from_json() -> None:
    folder = Folder(
        {
            'production/a.yaml': text('a', created_by='admin'),
            'old/all.yaml': f'{text("b")}---\n{text("a")}',
            'raw/x.yaml': text('a'),
        }
    )
    groups = folder.scan().groups
    assert groups
    for group in groups:
        assert group_from_json(json.loads(json.dumps(group_as_json(group)))) == group
