"""Reads and writes policies: YAML and JSON text, JSON values, and a fabric's own changes to one.

Called by the workflows for `.hnp/policy.yaml` and by the plugin for what people type. What is wrong
is said as findings, with line and column where there is a text.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from ..documents import Document, FieldPath, Value, emit, format_field_path, parse_field_path, read
from ..findings import Finding, Severity
from ..identity import RepoPath
from ..layout import has_yaml_suffix
from .policy import OPTION_SETS, Action, OptionSet, Policy, Rule, RuleKind, When

__all__ = [
    'overridden',
    'policy_as_json',
    'policy_as_value',
    'policy_as_yaml',
    'policy_from_value',
    'read_policy',
]

_CODE = 'PolicyInvalid'
_AREAS = ('managed', 'raw', 'unmanaged')
_ORDERED = (RuleKind.DIRECTORY, RuleKind.AREA, RuleKind.FILE_NAME, RuleKind.METADATA)
_FIELDS = ('name', 'option_set', 'version', 'rules', 'loser_action', 'max_deletions', 'max_moves')
_RULE_FIELDS = ('rule', 'order', 'when', 'action', 'single', 'weight')
_OVERRIDES = ('rules', 'loser_action', 'max_deletions', 'max_moves')
_MOST_MARKS = 16

type Read = tuple[Policy | None, tuple[Finding, ...]]


def read_policy(data: bytes, file: RepoPath | None = None) -> Read:
    """Reads a policy from YAML or JSON text; None where an error is found."""
    reading = read(data, file=file)
    documents = [document for document in reading.documents if not document.empty]
    broken = [f for f in reading.findings if f.severity is Severity.ERROR]
    if broken:
        return None, tuple(broken)
    if len(documents) != 1:
        message = f'a policy is one document, not {len(documents)}'
        return None, (Finding(Severity.ERROR, _CODE, message, file, line=1, column=1),)
    policy, findings = policy_from_value(documents[0].value)
    return policy, tuple(_placed(finding, documents[0], file) for finding in findings)


def policy_from_value(value: Value) -> Read:
    """Reads a policy from a JSON value; the findings say which `field` is wrong."""
    reader = _Reader()
    policy = reader.policy(value)
    return (None if reader.failed else policy), tuple(reader.findings)


def overridden(policy: Policy, value: Value) -> Read:
    """The policy with a fabric's own rules, action or limits in place of its own."""
    if value is None or value == {}:
        return policy, ()
    reader = _Reader()
    mapping = reader.mapping(value, (), _OVERRIDES)
    whole = {**policy_as_value(policy), **mapping}
    if 'rules' in mapping:
        whole['option_set'] = str(OptionSet.CUSTOM)
    changed = reader.policy(whole)
    return (None if reader.failed else changed), tuple(reader.findings)


def policy_as_value(policy: Policy) -> dict[str, Any]:
    """The policy as JSON has it, with the weight of every rule."""
    return {
        'name': policy.name,
        'option_set': str(policy.option_set),
        'version': policy.version,
        'loser_action': str(policy.loser_action),
        'max_deletions': policy.max_deletions,
        'max_moves': policy.max_moves,
        'rules': [
            _rule_as_value(rule, weight)
            for rule, weight in zip(policy.rules, policy.weights, strict=True)
        ],
    }


def policy_as_yaml(policy: Policy) -> bytes:
    """The policy as `.hnp/policy.yaml` has it."""
    return emit(policy_as_value(policy))


def policy_as_json(policy: Policy) -> bytes:
    """The same as JSON."""
    return json.dumps(policy_as_value(policy), indent=2, ensure_ascii=False).encode() + b'\n'


def _rule_as_value(rule: Rule, weight: int) -> dict[str, Any]:
    value: dict[str, Any] = {'rule': str(rule.kind), 'weight': weight}
    if rule.order:
        value['order'] = list(rule.order)
    if rule.when is not When.ALWAYS:
        value['when'] = str(rule.when)
    if rule.action is not None:
        value['action'] = str(rule.action)
    if rule.single:
        value['single'] = True
    return value


def _placed(finding: Finding, document: Document, file: RepoPath | None) -> Finding:
    path = _path_of(finding)
    found = None
    while found is None and path:
        found = document.position(path)
        path = path[:-1]
    line, column = found or document.position(()) or (document.line, 1)
    return replace(finding, file=file, document=document.index, line=line, column=column)


def _path_of(finding: Finding) -> FieldPath:
    return parse_field_path(finding.field) if finding.field else ()


class _Reader:
    """Collects what is wrong while it makes a policy of a value."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    @property
    def failed(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def policy(self, value: Value) -> Policy:
        mapping = self.mapping(value, (), _FIELDS)
        option_set = self._word(mapping, 'option_set', OptionSet, OptionSet.CUSTOM, ())
        usual = OPTION_SETS.get(option_set)
        rules = usual.rules if usual else ()
        if 'rules' in mapping:
            rules = self._rules(mapping['rules'])
        elif mapping.get('option_set', OptionSet.CUSTOM) == OptionSet.CUSTOM:
            self.error(('rules',), 'a policy needs rules, or an option_set that has some')
        if usual is not None and rules != usual.rules:
            option_set = OptionSet.CUSTOM
        base = usual.loser_action if usual else Action.ARCHIVE
        name = mapping.get('name', str(option_set))
        if not isinstance(name, str) or not name:
            self.error(('name',), 'name must be a text')
            name = ''
        return Policy(
            name,
            option_set,
            rules,
            self._word(mapping, 'loser_action', Action, base, ()),
            self._number(mapping, 'max_deletions', 100, 0),
            self._number(mapping, 'max_moves', 200, 0),
            self._number(mapping, 'version', 1, 1),
        )

    def mapping(self, value: Value, path: FieldPath, known: tuple[str, ...]) -> dict[str, Any]:
        """The value as a mapping; other fields than those known are told."""
        if not isinstance(value, dict):
            self.error(path, 'this must be a mapping')
            return {}
        for name in value:
            if name not in known:
                self.error(
                    (*path, name), f'there is no {name!r} here; known are {", ".join(known)}'
                )
        return {name: inner for name, inner in value.items() if name in known}

    def error(self, path: FieldPath, message: str) -> None:
        field = format_field_path(path) if path else None
        self.findings.append(Finding(Severity.ERROR, _CODE, message, field=field))

    def _rules(self, value: Value) -> tuple[Rule, ...]:
        if not isinstance(value, list) or not value:
            self.error(('rules',), 'rules must be a list with at least one rule')
            return ()
        return tuple(self._rule(row, ('rules', number)) for number, row in enumerate(value))

    def _rule(self, value: Value, path: FieldPath) -> Rule:
        mapping = self.mapping(value, path, _RULE_FIELDS)
        if 'rule' not in mapping and isinstance(value, dict):
            self.error((*path, 'rule'), f'rule is missing; write one of {", ".join(RuleKind)}')
        kind = self._word(mapping, 'rule', RuleKind, RuleKind.DIRECTORY, path)
        action = None
        if mapping.get('action') is not None:
            action = self._word(mapping, 'action', Action, Action.ARCHIVE, path)
        single = mapping.get('single', False)
        if not isinstance(single, bool):
            self.error((*path, 'single'), 'single must be true or false')
        when = self._word(mapping, 'when', When, When.ALWAYS, path)
        # What order a misspelt rule needs is not known.
        order = self._order(mapping, kind, path) if mapping.get('rule') == kind else ()
        return Rule(kind, order, when, action, single is True)

    def _order(
        self, mapping: Mapping[str, Any], kind: RuleKind, path: FieldPath
    ) -> tuple[str, ...]:
        order = mapping.get('order', [])
        path = (*path, 'order')
        if kind not in _ORDERED:
            if order:
                self.error(path, f'the rule {kind} has no order')
            return ()
        if not isinstance(order, list) or not order:
            self.error(path, f'the rule {kind} needs an order, a list with the best first')
            return ()
        for number, word in enumerate(order):
            complaint = _complaint(kind, word)
            if complaint or word in order[:number]:
                self.error((*path, number), complaint or f'{word!r} stands here twice')
        if kind is RuleKind.METADATA and len(order) > _MOST_MARKS:
            self.error(path, f'at most {_MOST_MARKS} marks can be told apart')
        return tuple(word for word in order if isinstance(word, str))

    def _word[Word: StrEnum](
        self, mapping: Mapping[str, Any], name: str, words: type[Word], usual: Word, path: FieldPath
    ) -> Word:
        if name not in mapping:
            return usual
        for word in words:
            if mapping[name] == word:
                return word
        self.error((*path, name), f'{mapping[name]!r} is none of {", ".join(words)}')
        return usual

    def _number(self, mapping: Mapping[str, Any], name: str, usual: int, least: int) -> int:
        number = mapping.get(name, usual)
        if isinstance(number, int) and not isinstance(number, bool) and number >= least:
            return number
        self.error((name,), f'{name} must be a whole number, at least {least}')
        return usual


def _complaint(kind: RuleKind, word: Any) -> str:
    """What is wrong with one entry of an order; empty where nothing is."""
    if not isinstance(word, str) or not word:
        return f'{word!r} is not a text'
    if kind is RuleKind.AREA and word not in _AREAS:
        return f'{word!r} is none of {", ".join(_AREAS)}'
    if kind is RuleKind.METADATA and not all(word.partition('=')):
        return f'{word!r} is not NAME=VALUE'
    if kind is RuleKind.FILE_NAME and has_yaml_suffix(word):
        return f'{word!r} has an extension; names are compared without: {word.rpartition(".")[0]!r}'
    if kind in (RuleKind.DIRECTORY, RuleKind.FILE_NAME) and '/' in word:
        return f'{word!r} has a slash; one name is compared, not a path'
    return ''
