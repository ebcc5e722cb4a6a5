"""Publishing and synchronising one object over REST: what is decided first, then queued."""

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from ... import jobs
from ...choices import (
    OPEN_CONFLICT_STATUSES,
    SyncDirectionChoices,
    SyncOperationTypeChoices,
    TriggerTypeChoices,
)
from ...choices import OperationDirectionChoices as Direction
from ...constants import APP_LABEL
from ...models import ConflictResolution, HedgehogFabric, HedgehogResource
from ...sync.features import Feature
from ...sync.outbox import Editor
from ...sync.people import ONE_OBJECT
from ...sync.resolution import Decision, NeedsPerson
from ...sync.waiting import discard_draft, say_of_waiting, waiting_edits
from ..errors import ActionError
from .actions import accepted, refused, require_feature, require_push, require_worker
from .syncing import check_direction, told_ahead

__all__ = ['NeedsPerson', 'commit_resource', 'opposes', 'sync_resource']

_WRITING = (Direction.GUI_TO_GIT, Direction.BIDIRECTIONAL)
_WINNERS = {Direction.GUI_TO_GIT: 'gui_wins', Direction.GIT_TO_GUI: 'git_wins'}
_ONE_WAY = (SyncDirectionChoices.GIT_TO_GUI, SyncDirectionChoices.GUI_TO_GIT)


def opposes(fabric: HedgehogFabric, direction: str) -> bool:
    """Whether an object wants the one way while its fabric goes the other."""
    one_way = fabric.sync_direction in _ONE_WAY and direction in _ONE_WAY
    return one_way and fabric.sync_direction != direction


def commit_resource(request: Request, resource: HedgehogResource, asked: dict[str, Any]) -> Any:
    """Answers `resources/{id}/commit/`."""
    require_feature(Feature.BIDIRECTIONAL_SYNC)
    if not waiting_edits(resource).exists():
        raise ActionError(
            'VALIDATION_FAILED',
            'NothingToCommit',
            'No edit of this object waits to be published.',
            suggestions=(f'PATCH .../resources/{resource.pk}/ first.',),
        )
    _refuse_conflict(resource)
    require_worker()
    say_of_waiting(resource, asked.get('message', ''))
    options: dict[str, Any] = {'publish': True, **_only(resource)}
    if asked['create_pr']:
        options['create_pr'] = True
    return _enqueued(request, resource, options)


def sync_resource(request: Request, resource: HedgehogResource, asked: dict[str, Any]) -> Response:
    """Answers `resources/{id}/sync/`."""
    direction = asked.get('direction')
    _check(resource, direction)
    if direction in _WRITING:
        require_feature(Feature.BIDIRECTIONAL_SYNC)
        require_push(request, resource.fabric)
    require_worker()
    if asked['force_overwrite']:
        if (answer := _overwritten(request, resource, str(direction))) is not None:
            return answer
    elif not asked['ignore_conflicts']:
        _refuse_conflict(resource)
    say_of_waiting(resource, asked.get('custom_commit_message', ''))
    options = _only(resource)
    if direction is not None:
        options['direction'] = direction
    if direction in _WRITING:
        options['publish'] = True
    if asked['create_pr']:
        options['create_pr'] = True
    return _enqueued(request, resource, options)


def _check(resource: HedgehogResource, direction: str | None) -> None:
    check_direction(resource.fabric, direction)
    own = resource.sync_direction
    if own == SyncDirectionChoices.DISABLED:
        raise ActionError(
            'VALIDATION_FAILED',
            'SyncDisabled',
            'Synchronisation of this object is switched off.',
            suggestions=(f'PATCH .../resources/{resource.pk}/sync-config/',),
        )
    if direction in _WRITING and own == SyncDirectionChoices.GIT_TO_GUI:
        raise ActionError(
            'VALIDATION_FAILED',
            'DirectionNotPermitted',
            'Nothing of this object goes to Git.',
            status_code=422,
            suggestions=(f'PATCH .../resources/{resource.pk}/sync-config/',),
        )


def _conflicts(resource: HedgehogResource) -> Any:
    return resource.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).order_by('pk')


def _refuse_conflict(resource: HedgehogResource) -> None:
    if (conflict := _conflicts(resource).first()) is not None:
        raise ActionError(
            'UNRESOLVED_CONFLICTS',
            'ConflictsOpen',
            'A conflict about this object is open.',
            suggestions=(f'POST .../conflicts/{conflict.conflict_id}/resolve/',),
            details={'conflicts': [str(conflict.conflict_id)]},
        )


def _overwritten(request: Request, resource: HedgehogResource, direction: str) -> Response | None:
    """Lets one side win; None where nothing has to be decided first."""
    conflict = _conflicts(resource).first()
    editor = Editor(request.user, request.id)
    try:
        if conflict is not None:
            return _decided(request, conflict, direction, editor)
        if direction == Direction.GIT_TO_GUI and resource.has_draft:
            if not request.user.has_perm(f'{APP_LABEL}.change_hedgehogresource', obj=resource):
                raise PermissionDenied('Dropping the draft needs "change" on the object.')
            discard_draft(resource, editor)
    except NeedsPerson as error:
        raise refused(error, 409) from error
    return None


def _decided(
    request: Request, conflict: ConflictResolution, direction: str, editor: Editor
) -> Response | None:
    require_feature(Feature.CONFLICT_RESOLUTION)
    if not request.user.has_perm(f'{APP_LABEL}.resolve_conflictresolution', obj=conflict):
        raise PermissionDenied('A conflict is open: letting one side win needs "resolve" on it.')
    made = jobs.enqueue_resolution(
        [conflict], Decision(_WINNERS[direction]), editor, TriggerTypeChoices.API
    )
    if not made.operations:
        return None
    (operation,) = made.operations
    return _accepted(request, operation.job, operation)


def _only(resource: HedgehogResource) -> dict[str, Any]:
    # No name of an object has a character that means something in a pattern.
    filters = {
        'kinds': [resource.kind],
        'names': [resource.name],
        'namespaces': [resource.namespace or 'default'],
    }
    return {ONE_OBJECT: resource.pk, 'resource_filters': filters}


def _enqueued(request: Request, resource: HedgehogResource, options: dict[str, Any]) -> Response:
    job, operation = jobs.enqueue_operation(
        resource.fabric,
        SyncOperationTypeChoices.SYNC,
        user=request.user,
        trigger_type=TriggerTypeChoices.API,
        request_id=getattr(request, 'id', None),
        options=options,
    )
    return _accepted(request, job, operation)


def _accepted(request: Request, job: Any, operation: Any) -> Response:
    answer = accepted(request, job, operation)
    answer.data.update(told_ahead(request, operation))
    return answer
