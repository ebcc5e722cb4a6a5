"""Deciding conflicts over REST: checked and written here, published by an operation."""

from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

from django.db.models import Q
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from ... import jobs
from ...choices import PublishModeChoices, TriggerTypeChoices
from ...constants import APP_LABEL
from ...models import ConflictResolution, HedgehogFabric
from ...sync.features import Feature
from ...sync.outbox import Editor
from ...sync.resolution import Decision, NeedsPerson, preview
from .. import serializers
from ..errors import ActionError
from .actions import accepted, refused, require_feature, require_worker, valid
from .fabric_requests import require_review

__all__ = ['resolve_asked', 'resolve_many', 'resolve_one']

# What was decided about is not there any more, or not in this form.
STALE = (
    'ConflictDecided',
    'ConflictMoved',
    'DecidedInFiles',
)


def resolve_one(request: Request, conflict: ConflictResolution, context: Any) -> Response:
    """Answers `conflicts/{id}/resolve/`."""
    require_feature(Feature.CONFLICT_RESOLUTION)
    asked = valid(serializers.ResolveSerializer, request)
    expected = asked.get('expected_commit')
    if expected and expected != conflict.git_commit:
        raise _refused(
            NeedsPerson(
                'ConflictMoved',
                f'This conflict is about commit {conflict.git_commit} by now.',
                hint='Read the conflict again.',
            )
        )
    decision = Decision(
        asked['resolution_strategy'], asked['user_decisions'], asked['resolution_notes']
    )
    options = asked.get('options', {})
    if not asked['commit'] or not options.get('auto_apply', True):
        return _preview(conflict, decision)
    require_worker()
    if options.get('pr_title'):
        require_review(conflict.fabric, asked=options.get('create_pr', False))
    how = jobs.Publication(
        options.get('create_pr', False),
        options.get('backup_before_resolve', False),
        options.get('pr_title', ''),
    )
    try:
        made = jobs.enqueue_resolution(
            [conflict],
            decision,
            Editor(request.user, request.id),
            TriggerTypeChoices.API,
            seen={conflict.pk: asked.get('state_token', '')},
            how=how,
        )
    except NeedsPerson as error:
        raise _refused(error) from error
    (decided,) = made.done
    shown = serializers.ConflictResolutionSerializer(decided, nested=True, context=context).data
    return _answer(request, made, {'conflict': shown, **_told(decided, made, how)})


def _told(
    decided: ConflictResolution, made: jobs.Resolutions, how: jobs.Publication
) -> dict[str, Any]:
    """How it was decided, and what is left to be done."""
    ended = decided.resolved_at
    reviewed = decided.fabric.publish_mode == PublishModeChoices.PULL_REQUEST or how.by_review
    return {
        'resolution_details': {
            'strategy_used': decided.resolution_strategy,
            'resolved_at': ended,
            'resolution_duration_seconds': (
                (ended - decided.detected_at).total_seconds() if ended else None
            ),
            'backup_created': made.secured,
        },
        'resolved_state': decided.resolved_state,
        'next_steps': {'requires_approval': bool(made.operations) and reviewed},
    }


def _preview(conflict: ConflictResolution, decision: Decision) -> Response:
    """What the decision comes to, as 200; nothing is decided."""
    try:
        found = preview(conflict, decision)
    except NeedsPerson as error:
        raise _refused(error) from error
    git = (conflict.git_state or {}).get('text') or ''
    lines = unified_diff(
        git.splitlines(), (found.text or '').splitlines(), 'git', 'decided', lineterm=''
    )
    told = {'text': found.text, 'diff': '\n'.join(lines), 'takes_git': found.takes_git}
    return Response(serializers.ResolutionPreviewSerializer(told).data)


def resolve_many(request: Request, fabric: HedgehogFabric) -> Response:
    """Answers `fabrics/{id}/conflicts/resolve-bulk/`."""
    return resolve_asked(request, fabric, valid(serializers.BulkResolveSerializer, request))


def resolve_asked(request: Request, fabric: HedgehogFabric, asked: dict[str, Any]) -> Response:
    """Decides the conflicts that were named by the one strategy."""
    require_feature(Feature.CONFLICT_RESOLUTION)
    wanted = _wanted(request, fabric, asked['conflict_ids'])
    options = asked.get('options', {})
    require_worker()
    if options.get('pr_title'):
        require_review(fabric, asked=options.get('create_single_pr', False))
    automatic = [conflict for conflict in wanted if conflict.auto_resolvable]
    chosen = automatic if options.get('skip_manual_conflicts') else wanted
    made = jobs.enqueue_resolution(
        chosen,
        Decision(
            asked['resolution_strategy'], asked.get('user_decisions', {}), asked['resolution_notes']
        ),
        Editor(request.user, request.id),
        TriggerTypeChoices.API,
        seen=_marks(chosen, asked.get('state_tokens', {})),
        leave=True,
        how=jobs.Publication(
            by_review=options.get('create_single_pr', False), title=options.get('pr_title', '')
        ),
    )
    left = [
        {'conflict': conflict.pk, 'reason': error.reason, 'message': error.message}
        for conflict, error in made.left
    ]
    counts = {
        'conflicts_targeted': len(wanted),
        'conflicts_decided': len(made.done),
        'conflicts_auto_resolvable': len(automatic),
        'conflicts_skipped': len(wanted) - len(chosen),
        'status_url': None,
    }
    answer = _answer(request, made, {**counts, 'conflicts_left': left})
    if (operation := answer.data['operation']) is not None:
        answer.data['status_url'] = operation['url']
    return answer


def _marks(conflicts: list[ConflictResolution], tokens: Mapping[str, str]) -> dict[int, str]:
    """The marks that were sent, by number; whoever sends none decides about what is there now."""
    return {
        row.pk: tokens.get(str(row.pk), tokens.get(str(row.conflict_id), '')) for row in conflicts
    }


def _wanted(request: Request, fabric: HedgehogFabric, ids: list[str]) -> list[ConflictResolution]:
    """The conflicts named, each of which this user may decide."""
    numbers = [name for name in ids if name.isdecimal()]
    uuids = [name for name in ids if len(name) == 36]
    seen = ConflictResolution.objects.restrict(request.user, 'view').filter(fabric=fabric)
    found = list(seen.filter(Q(pk__in=numbers) | Q(conflict_id__in=uuids)).order_by('pk'))
    known = {str(row.pk) for row in found} | {str(row.conflict_id) for row in found}
    if unknown := [name for name in ids if name not in known]:
        raise ActionError(
            'VALIDATION_FAILED',
            'ConflictUnknown',
            f'This fabric has no conflict {", ".join(unknown)}.',
            status_code=422,
            suggestions=(f'GET fabrics/{fabric.pk}/conflicts/ lists them.',),
        )
    permission = f'{APP_LABEL}.resolve_conflictresolution'
    if refused_to := [row for row in found if not request.user.has_perm(permission, row)]:
        names = ', '.join(str(row.pk) for row in refused_to)
        raise PermissionDenied(f'You may not decide the conflicts {names}.')
    return found


def _answer(request: Request, made: jobs.Resolutions, body: dict[str, Any]) -> Response:
    if not made.operations:
        return Response({**body, 'job': None, 'operation': None})
    (operation,) = made.operations
    answer = accepted(request, operation.job, operation)
    answer.data = {**body, **answer.data}
    return answer


def _refused(error: NeedsPerson) -> ActionError:
    return refused(error, 409 if error.reason in STALE else 422)
