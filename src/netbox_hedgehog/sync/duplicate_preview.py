"""What settling groups, or another policy, would come to: shown before anything is asked for.

Made on the local copy, at the commit NetBox has read last; nothing is written. Pages and REST call
it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hedgehog_gitops.duplicates import DuplicateGroup, settled_as_json
from hedgehog_gitops.plans import Operation, as_diff, as_json
from hedgehog_gitops.workflows import Settlement, plan_settlement, reading_stamp, snapshot_for_diff

from ..models import HedgehogFabric, ResolutionPolicy
from .duplicate_decisions import GroupDecision
from .duplicate_scan import known_meanings, look
from .policies import ActivePolicy, active_policy, tried_policy
from .versions import EngineError, FabricFiles, NeedsPerson, StalePlan, TryAgainLater, files_of

__all__ = [
    'EngineError',
    'NeedsPerson',
    'StalePlan',
    'TryAgainLater',
    'preview_settlement',
    'try_policy',
]

# A page shows no more of a difference than this.
MAX_DIFF = 200_000


def preview_settlement(
    fabric: HedgehogFabric,
    decisions: Sequence[GroupDecision] | None,
    user: Any,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Returns the commit that settling would make; without decisions, of all that rules decide.

    `options` name a policy or an option set in place of the fabric's, and the commit the caller
    expects.
    """
    files, given = files_of(fabric), options or {}
    _refuse_stale(files, given)
    active = _active(fabric, files, given)
    known = known_meanings(fabric, reading_stamp(files.place, files.limits))
    settlement = plan_settlement(
        files.store,
        files.commit,
        files.place,
        Operation('', datetime.now(UTC), getattr(user, 'username', '')),
        policy=active.policy,
        choices=None if decisions is None else [each.as_choice() for each in decisions],
        known=known,
        limits=files.limits,
    )
    return _shown(files, active, settlement)


def try_policy(
    fabric: HedgehogFabric, row: ResolutionPolicy, content: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns who would win in each group by a policy, beside who wins now."""
    files = files_of(fabric)
    now = look(
        files.store, files.commit, fabric, files.place, _active(fabric, files, {}), files.limits
    )
    tried = look(
        files.store,
        files.commit,
        fabric,
        files.place,
        tried_policy(fabric, row, content),
        files.limits,
    )
    before = now.groups
    rows = [_tried(group, before.get(name)) for name, group in sorted(tried.groups.items())]
    return {
        'fabric': fabric.pk,
        'commit': files.commit,
        'groups_total': len(rows),
        'groups_waiting': sum(bool(each['wait']) for each in rows),
        'groups_changed': sum(each['changes'] for each in rows),
        'groups': rows,
    }


def _active(fabric: HedgehogFabric, files: FabricFiles, options: Mapping[str, Any]) -> ActivePolicy:
    return active_policy(fabric, files.place, files.store, files.commit, options)


def _tried(group: DuplicateGroup, before: DuplicateGroup | None) -> dict[str, Any]:
    winner = str(group.winner) if group.winner else None
    now = str(before.winner) if before is not None and before.winner else None
    return {
        'identity': str(group.key),
        'comparison': str(group.comparison),
        'winner_now': now,
        'winner': winner,
        'rule': group.why or group.rule,
        'wait': str(group.wait) if group.wait else '',
        'changes': winner != now,
    }


def _shown(files: FabricFiles, active: ActivePolicy, settlement: Settlement) -> dict[str, Any]:
    plan = settlement.plan
    told = as_json(plan, None)
    return {
        'base_commit': files.commit,
        'policy': active.source,
        'subject': plan.subject,
        'changes': told['changes'],
        'diff': as_diff(plan, snapshot_for_diff(files.store, plan))[:MAX_DIFF],
        'groups': [settled_as_json(each) for each in settlement.settled],
        'left': [
            {'identity': str(each.group.key), 'reason': each.reason, 'message': each.message}
            for each in settlement.left
        ],
        'findings': told['findings'],
        'counts': dict(plan.counts),
    }


def _refuse_stale(files: FabricFiles, options: Mapping[str, Any]) -> None:
    expected = options.get('expected_commit')
    if expected and expected != files.commit:
        raise StalePlan(
            'StalePlan', f'The fabric stands at {files.commit[:12]} by now.', hint='Look again.'
        )
