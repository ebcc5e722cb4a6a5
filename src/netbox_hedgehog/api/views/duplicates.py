"""Duplicate groups over REST: searched, previewed, settled, set aside, taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, Q
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets, jobs
from ...choices import OPEN_DUPLICATE_STATUSES, TriggerTypeChoices
from ...constants import APP_LABEL
from ...models import HedgehogFabric, ResolutionPolicy, YAMLDuplicateFile, YAMLDuplicateGroup
from ...object_actions import UndoSettlement, settled_by
from ...sync.duplicate_decisions import (
    GroupDecision,
    as_the_policy_says,
    by_hand,
    not_settleable,
    not_there,
    refuse_stale,
)
from ...sync.duplicate_ignore import ignore_group
from ...sync.duplicate_preview import (
    EngineError,
    NeedsPerson,
    StalePlan,
    TryAgainLater,
    preview_settlement,
)
from ...sync.duplicate_status import duplicate_status
from ...sync.outbox import Editor
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ACCEPTED, ActionsMixin, accepted, refused, require_worker, valid
from .record_views import RecordViewSet

__all__ = [
    'DuplicateActionsMixin',
    'YAMLDuplicateFileViewSet',
    'YAMLDuplicateGroupViewSet',
    'settle_by_hand',
]

PERMISSION = f'{APP_LABEL}.settle_hedgehogfabric'
PLANNED = {
    200: serializers.SettlementPlanSerializer,
    403: serializers.ErrorSerializer,
    404: serializers.ErrorSerializer,
    409: serializers.ErrorSerializer,
    422: serializers.ErrorSerializer,
    503: serializers.ErrorSerializer,
}
SETTLED = {**ACCEPTED, 422: serializers.ErrorSerializer}

# Somebody else, or Git, was faster.
STALE = ('DuplicatesMoved', 'DuplicateDecided', 'StalePlan')


class YAMLDuplicateFileViewSet(ActionsMixin, RecordViewSet):
    """Documents of duplicate groups."""

    queryset = YAMLDuplicateFile.objects.all()
    serializer_class = serializers.YAMLDuplicateFileSerializer
    filterset_class = filtersets.YAMLDuplicateFileFilterSet
    long_fields = ('original_text',)


class YAMLDuplicateGroupViewSet(ActionsMixin, RecordViewSet):
    """Duplicate groups, the newest first. Settling is a job: 202."""

    queryset = YAMLDuplicateGroup.objects.prefetch_related(
        Prefetch('files', YAMLDuplicateFile.objects.defer('original_text'))
    )
    serializer_class = serializers.YAMLDuplicateGroupSerializer
    filterset_class = filtersets.YAMLDuplicateGroupFilterSet
    uuid_field = 'group_id'
    rate_class = 'conflict'
    action_permissions = {
        'preview': permissions.SettleDuplicatesPermission,
        'resolve': permissions.SettleDuplicatesPermission,
        'undo': permissions.SettleDuplicatesPermission,
        'ignore': permissions.SettleDuplicatesPermission,
    }

    @extend_schema(request=serializers.SettleGroupSerializer, responses=PLANNED)
    @action(detail=True, methods=['post'])
    def preview(self, request: Request, pk: str) -> Response:
        """Tells what settling this group so would commit; nothing is written."""
        group = self._settleable(pk)
        decision = _decision(group, valid(serializers.SettleGroupSerializer, request))
        try:
            refuse_stale(group, decision.seen)
        except NeedsPerson as error:
            raise _refused(error) from error
        return _planned(group.fabric, [decision], request, {})

    @extend_schema(request=serializers.SettleGroupSerializer, responses=SETTLED)
    @action(detail=True, methods=['post'])
    def resolve(self, request: Request, pk: str) -> Response:
        """Settles the group: as the rules say, or with the winner and actions that are named."""
        group = self._settleable(pk)
        asked = valid(serializers.SettleGroupSerializer, request)
        return _settled(request, group.fabric, [_decision(group, asked)], asked['notes'])

    @extend_schema(request=None, responses=ACCEPTED)
    @action(detail=True, methods=['post'])
    def undo(self, request: Request, pk: str) -> Response:
        """Takes back the commit that settled the group, and with it all that it settled."""
        group = self._settleable(pk)
        blocked = (
            'Nothing has been settled here.'
            if settled_by(group) is None
            else UndoSettlement.blocked_because(group)
        )
        if blocked:
            raise ActionError(
                'VALIDATION_FAILED',
                'NothingToUndo',
                str(blocked),
                suggestions=('Read the group again: resolved_in is what settled it.',),
            )
        require_worker()
        job, operation = jobs.enqueue_undo(
            settled_by(group), request.user, TriggerTypeChoices.API, request.id
        )
        return accepted(request, job, operation)

    @extend_schema(
        request=serializers.IgnoreGroupSerializer,
        responses={
            200: serializers.YAMLDuplicateGroupSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def ignore(self, request: Request, pk: str) -> Response:
        """Sets the group aside: nobody is asked again while its files are the same."""
        group = self._settleable(pk)
        notes = valid(serializers.IgnoreGroupSerializer, request)['notes']
        try:
            ignored = ignore_group(group, Editor(request.user, request.id), notes)
        except NeedsPerson as error:
            raise refused(error, 409) from error
        context = self.get_serializer_context()
        return Response(serializers.YAMLDuplicateGroupSerializer(ignored, context=context).data)

    def _settleable(self, pk: str) -> YAMLDuplicateGroup:
        """The group, if this user sees it and may settle duplicates of its fabric."""
        group = self.permitted_object(self._number(pk, YAMLDuplicateGroup), 'view')
        _require_settle(request=self.request, fabric=group.fabric)
        return group


class DuplicateActionsMixin:
    """What fabrics offer about duplicates; mixed into their viewset."""

    @extend_schema(
        request=serializers.ProcessDuplicatesSerializer,
        responses={**SETTLED, 200: serializers.SettlementPlanSerializer},
    )
    @action(detail=True, methods=['post'], url_path='process-duplicates')
    def process_duplicates(self, request: Request, pk: int) -> Response:
        """Settles every open group that the rules decide; `commit: false` only tells the plan."""
        fabric = self._configured(pk, 'settle')  # type: ignore[attr-defined]
        asked = valid(serializers.ProcessDuplicatesSerializer, request)
        policy = _policy(request, asked)
        decisions = _open_decisions(request, fabric, asked, policy)
        if not asked['commit']:
            return _planned(fabric, decisions, request, {**policy, **_expected(asked)})
        _require_unmoved(fabric, asked)
        if not decisions:
            raise ActionError(
                'VALIDATION_FAILED',
                'NothingToSettle',
                'No open group is decided by the rules.',
                suggestions=('POST duplicate-groups/<id>/resolve/ with a winner settles one.',),
            )
        return _settled(request, fabric, decisions, asked['notes'], policy)

    @extend_schema(request=None, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='scan-duplicates')
    def scan_duplicates(self, request: Request, pk: int) -> Response:
        """Searches the fabric for duplicates now."""
        fabric = self._configured(pk, 'settle')  # type: ignore[attr-defined]
        require_worker()
        editor = Editor(request.user, request.id)
        return accepted(request, *jobs.enqueue_scan(fabric, editor, TriggerTypeChoices.API))

    @extend_schema(responses={200: serializers.DuplicateStatusSerializer})
    @action(detail=True, methods=['get'], url_path='duplicate-status')
    def duplicate_status(self, request: Request, pk: int) -> Response:
        """What the last search found, and what became of it."""
        fabric = self.permitted_object(pk, 'view')  # type: ignore[attr-defined]
        return Response(serializers.DuplicateStatusSerializer(duplicate_status(fabric)).data)


def settle_by_hand(
    request: Request, fabric: HedgehogFabric, choices: Sequence[Mapping[str, Any]], notes: str
) -> dict[str, Any] | None:
    """Settles the groups of `resolve-conflicts`; None when none was named."""
    if not choices:
        return None
    _require_settle(request=request, fabric=fabric)
    groups = _named(request, fabric, [choice['group'] for choice in choices])
    decisions = [_decision(group, choice) for group, choice in zip(groups, choices, strict=True)]
    return dict(_settled(request, fabric, decisions, notes).data)


def _require_settle(*, request: Request, fabric: HedgehogFabric) -> None:
    if not request.user.has_perm(PERMISSION, obj=fabric):
        raise PermissionDenied('Settling duplicates needs the permission "settle" on the fabric.')


def _decision(group: YAMLDuplicateGroup, asked: Mapping[str, Any]) -> GroupDecision:
    """What was asked for one group, its files looked up by id, path or spot."""
    files = list(group.files.all())
    winner = _file(group, files, asked['winner']) if asked.get('winner') else None
    actions = {_file(group, files, name): act for name, act in asked['actions'].items()}
    return by_hand(group, asked.get('state_token') or group.state_token, winner, actions)


def _file(
    group: YAMLDuplicateGroup, files: Sequence[YAMLDuplicateFile], name: str
) -> YAMLDuplicateFile:
    found = [each for each in files if name in (str(each.pk), each.spot, each.file_path)]
    if len(found) == 1:
        return found[0]
    what = 'several files' if found else 'no file'
    raise ActionError(
        'VALIDATION_FAILED',
        'CopyUnknown',
        f'{group} has {what} named {name}.',
        status_code=422,
        suggestions=tuple(each.spot for each in files),
    )


def _named(
    request: Request, fabric: HedgehogFabric, names: Sequence[str]
) -> list[YAMLDuplicateGroup]:
    """The groups by id or UUID, in the order they were named."""
    numbers = [name for name in names if name.isdecimal()]
    uuids = [name for name in names if len(name) == 36]
    seen = YAMLDuplicateGroup.objects.restrict(request.user, 'view').filter(fabric=fabric)
    known: dict[str, YAMLDuplicateGroup] = {}
    for row in seen.filter(Q(pk__in=numbers) | Q(group_id__in=uuids)):
        known[str(row.pk)] = known[str(row.group_id)] = row
    if unknown := [name for name in names if name not in known]:
        raise ActionError(
            'VALIDATION_FAILED',
            'DuplicateUnknown',
            f'This fabric has no group {", ".join(unknown)}.',
            status_code=422,
            suggestions=(f'GET duplicate-groups/?fabric_id={fabric.pk} lists them.',),
        )
    return [known[name] for name in names]


def _open_decisions(
    request: Request,
    fabric: HedgehogFabric,
    asked: Mapping[str, Any],
    policy: Mapping[str, Any],
) -> list[GroupDecision]:
    action_name = asked.get('action') or ''
    if asked.get('groups'):
        groups = _named(request, fabric, asked['groups'])
    else:
        seen = YAMLDuplicateGroup.objects.restrict(request.user, 'view').filter(fabric=fabric)
        rows = seen.filter(resolution_status__in=OPEN_DUPLICATE_STATUSES).order_by('pk')
        # By another policy others wait than by the fabric's.
        unready = not_there if policy else not_settleable
        groups = [row for row in rows if not unready(row)]
    return [as_the_policy_says(group, action_name) for group in groups]


def _policy(request: Request, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The policy in place of the fabric's, as an operation's options name it."""
    if asked.get('option_set'):
        return {'option_set': asked['option_set']}
    if asked.get('policy') is None:
        return {}
    rows = ResolutionPolicy.objects.restrict(request.user, 'view')
    if not rows.filter(pk=asked['policy']).exists():
        raise ActionError(
            'VALIDATION_FAILED',
            'PolicyMissing',
            'There is no such policy.',
            status_code=422,
            suggestions=('GET resolution-policies/ lists them.',),
        )
    return {'policy': asked['policy']}


def _expected(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {'expected_commit': asked['expected_commit']} if asked.get('expected_commit') else {}


def _require_unmoved(fabric: HedgehogFabric, asked: Mapping[str, Any]) -> None:
    now = fabric.sync_state.last_synced_commit
    if asked.get('expected_commit') in (None, now):
        return
    raise ActionError(
        'STALE_PLAN',
        'StalePlan',
        f'The fabric stands at {now or "no commit"} by now.',
        suggestions=('Ask for the plan again, and look at it.',),
    )


def _planned(
    fabric: HedgehogFabric,
    decisions: Sequence[GroupDecision],
    request: Request,
    options: Mapping[str, Any],
) -> Response:
    try:
        plan = preview_settlement(fabric, decisions, request.user, options)
    except EngineError as error:
        raise _refused(error) from error
    return Response(serializers.SettlementPlanSerializer(plan).data)


def _settled(
    request: Request,
    fabric: HedgehogFabric,
    decisions: Sequence[GroupDecision],
    notes: str,
    policy: dict[str, Any] | None = None,
) -> Response:
    require_worker()
    try:
        job, operation = jobs.enqueue_settlement(
            fabric,
            decisions,
            Editor(request.user, request.id),
            TriggerTypeChoices.API,
            policy=policy,
            notes=notes,
        )
    except NeedsPerson as error:
        raise _refused(error) from error
    return accepted(request, job, operation)


def _refused(error: EngineError) -> ActionError:
    if isinstance(error, TryAgainLater):
        return refused(error, 503)
    stale = isinstance(error, StalePlan) or error.reason in STALE
    return refused(error, 409 if stale else 422)
