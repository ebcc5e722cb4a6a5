"""Resolution policies as the engine understands them: read from rows, checked, explained.

The policy of a fabric is, in this order: what the request names, the fabric's own, the file
`.hnp/policy.yaml` in Git, the default among NetBox's policies, the engine's default. What the
fabric says in `resolution_hierarchy_config` is laid over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hedgehog_gitops.documents import read
from hedgehog_gitops.duplicates import (
    DEFAULT_POLICY,
    OPTION_SETS,
    Action,
    OptionSet,
    Policy,
    overridden,
    policy_as_yaml,
    policy_from_value,
    read_policy,
)
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.workflows.reading import entries_below

from ..models import HedgehogFabric, ResolutionPolicy

__all__ = [
    'ActivePolicy',
    'NeedsPerson',
    'active_policy',
    'as_imported',
    'content_problems',
    'content_with',
    'exported',
    'override_problems',
    'policy_from_content',
    'restore_version',
    'rules_from_text',
    'shown_rules',
    'tried_policy',
]

POLICY_FILE = '.hnp/policy.yaml'


@dataclass(frozen=True, slots=True)
class ActivePolicy:
    """The policy that decides, the row it came from (None: none of NetBox's), and its source."""

    policy: Policy
    row: ResolutionPolicy | None
    source: str


def active_policy(
    fabric: HedgehogFabric,
    place: Fabric,
    store: GitStore,
    commit: CommitId | None,
    options: Mapping[str, Any] | None = None,
) -> ActivePolicy:
    """Finds the policy by which a fabric's duplicates are decided at a commit."""
    found = _asked_for(options or {}) or _of_fabric(fabric, place, store, commit)
    return _with_own_rules(fabric, found)


def _with_own_rules(fabric: HedgehogFabric, found: ActivePolicy) -> ActivePolicy:
    if not fabric.resolution_hierarchy_config:
        return found
    policy, findings = overridden(found.policy, fabric.resolution_hierarchy_config)
    if policy is None:
        raise _broken("The fabric's own resolution rules", findings)
    return ActivePolicy(policy, found.row, f"{found.source}, with the fabric's own rules")


def tried_policy(
    fabric: HedgehogFabric, row: ResolutionPolicy, content: Mapping[str, Any]
) -> ActivePolicy:
    """A policy as it would decide for a fabric with this content; refuses one that cannot be."""
    policy, findings = policy_from_content(row.name, content, row.version)
    if policy is None:
        raise _broken(f'The policy {row.name}', findings)
    return _with_own_rules(fabric, ActivePolicy(policy, row, f'{row.name}, tried out'))


def policy_from_content(
    name: str, content: Mapping[str, Any], version: int
) -> tuple[Policy | None, tuple[Finding, ...]]:
    """Makes the engine's value of what a row or a version says; findings say what is wrong."""
    option_set = OptionSet(content['option_set'])
    if (ready := OPTION_SETS.get(option_set)) is None:
        value = {**content, 'name': name, 'version': max(version, 1)}
        return policy_from_value(value)
    made = replace(
        ready,
        name=name,
        loser_action=Action(content['loser_action']),
        max_deletions=content['max_deletions'],
        max_moves=content['max_moves'],
        version=max(version, 1),
    )
    return made, ()


def content_problems(row: ResolutionPolicy) -> list[str]:
    """Says what the engine would not accept of a policy; nothing when it may be saved."""
    ready = OptionSet(row.option_set) in OPTION_SETS
    if ready and row.rules:
        return ['Own rules need "Own rules" as the set they are of; a ready set has its own.']
    if not ready and not row.rules:
        return ['A policy with own rules needs at least one.']
    _policy, findings = policy_from_content(row.name or 'policy', row.content, row.version)
    return [_sentence(finding) for finding in findings]


def as_imported(option_set: Any, rules: Any) -> tuple[Any, Any]:
    """The set and the own rules of a policy that was exported, as a row keeps them.

    An exported ready policy has its rules beside the name of its set. Where they still are those of
    the set they are left out; other rules are rules of its own, as in a file of Git.
    """
    if option_set not in list(OPTION_SETS) or not rules:
        return option_set, rules
    policy, _findings = policy_from_value({'option_set': option_set, 'rules': rules})
    if policy is None:
        # What is wrong with them is said by whoever checks the row.
        return str(OptionSet.CUSTOM), rules
    own = policy.option_set is OptionSet.CUSTOM
    return str(policy.option_set), rules if own else []


def override_problems(config: Any) -> list[str]:
    """Says what the engine would not accept of a fabric's own rules."""
    policy, findings = overridden(DEFAULT_POLICY, config)
    if policy is None and not findings:
        return ['These rules cannot be read.']
    return [_sentence(finding) for finding in findings]


def shown_rules(row: ResolutionPolicy) -> list[dict[str, Any]]:
    """The rules of a policy in their order, each with its weight, for pages."""
    policy, _findings = policy_from_content(row.name, row.content, row.version)
    if policy is None:
        return []
    return [
        {
            'name': rule.name,
            'kind': str(rule.kind),
            'order': list(rule.order),
            'when': str(rule.when),
            'action': str(rule.action or policy.loser_action),
            'weight': weight,
        }
        for rule, weight in zip(policy.rules, policy.weights, strict=True)
    ]


def exported(row: ResolutionPolicy) -> str:
    """A policy as the text that may stand in `.hnp/policy.yaml`."""
    policy, findings = policy_from_content(row.name, row.content, row.version)
    if policy is None:
        raise _broken(f'The policy {row.name}', findings)
    return policy_as_yaml(policy).decode()


def content_with(row: ResolutionPolicy, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a policy says with these changes."""
    return {
        **row.content,
        **{name: value for name, value in changes.items() if name in row.content},
    }


def rules_from_text(text: str) -> Any:
    """Reads rules somebody typed as the engine reads YAML; whether they mean anything is asked
    when the policy is saved.
    """
    reading = read(text.encode())
    if broken := [each for each in reading.findings if each.severity is Severity.ERROR]:
        raise _broken('This', tuple(broken))
    values = [document.value for document in reading.documents if not document.empty]
    if len(values) > 1:
        raise NeedsPerson('PolicyUnreadable', 'Rules are one document.')
    return values[0] if values else []


def restore_version(row: ResolutionPolicy, version: int) -> ResolutionPolicy:
    """Makes what an earlier version said the newest one; the caller's request is its author."""
    kept = row.versions.filter(version=version).first()
    if kept is None:
        raise NeedsPerson('PolicyVersionMissing', f'{row} has no version {version}.')
    row.snapshot()
    for name, value in kept.content.items():
        if name in row.CONTENT:
            setattr(row, name, value)
    if problems := content_problems(row):
        raise NeedsPerson(
            'PolicyUnreadable',
            f'Version {version} cannot be used any more: {"; ".join(problems)}',
        )
    row._changelog_message = f'Restored version {version}'
    row.full_clean()
    row.save()
    return row


def _asked_for(options: Mapping[str, Any]) -> ActivePolicy | None:
    if (number := options.get('policy')) is not None:
        row = ResolutionPolicy.objects.filter(pk=number).first()
        if row is None:
            raise NeedsPerson('PolicyMissing', 'The policy that was named does not exist any more.')
        return _of_row(row)
    if name := options.get('option_set'):
        return ActivePolicy(OPTION_SETS[OptionSet(name)], None, f'the ready set {name}')
    return None


def _of_fabric(
    fabric: HedgehogFabric, place: Fabric, store: GitStore, commit: CommitId | None
) -> ActivePolicy:
    if fabric.resolution_policy is not None:
        return _of_row(fabric.resolution_policy)
    if (found := _of_file(place, store, commit)) is not None:
        return found
    row = ResolutionPolicy.objects.filter(is_default=True).first()
    return _of_row(row) if row else ActivePolicy(DEFAULT_POLICY, None, 'the built-in default')


def _of_row(row: ResolutionPolicy) -> ActivePolicy:
    policy, findings = policy_from_content(row.name, row.content, row.version)
    if policy is None:
        raise _broken(f'The policy {row.name}', findings)
    return ActivePolicy(policy, row, f'{row.name}, version {row.version}')


def _of_file(place: Fabric, store: GitStore, commit: CommitId | None) -> ActivePolicy | None:
    path = place.path(POLICY_FILE)
    entry = entries_below(store, commit, place.hnp).get(path)
    if entry is None or not entry.is_file:
        return None
    policy, findings = read_policy(store.read_blobs([entry.blob])[entry.blob], path)
    if policy is None:
        raise _broken(f'The file {path}', findings)
    return ActivePolicy(policy, None, str(path))


def _broken(what: str, findings: tuple[Finding, ...]) -> NeedsPerson:
    said = '; '.join(_sentence(finding) for finding in findings)
    return NeedsPerson(
        'PolicyUnreadable', f'{what} cannot be used: {said}', hint='Correct it, and try again.'
    )


def _sentence(finding: Finding) -> str:
    place = finding.field or (f'line {finding.line}' if finding.line else '')
    return f'{place}: {finding.message}' if place else finding.message
