"""Fabrics over REST, and what may be asked for them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets, jobs
from ...choices import OperationDirectionChoices as Direction
from ...choices import SyncDirectionChoices, SyncOperationTypeChoices, TriggerTypeChoices
from ...models import HedgehogFabric
from ...sync.features import Feature
from ...sync.onboarding import onboarding_options
from ...sync.outbox import Editor
from ...sync.status import gitops_status
from ...sync.uploads import NeedsPerson
from .. import permissions, serializers
from ..errors import ActionError
from .actions import (
    ACCEPTED,
    ActionsMixin,
    accepted,
    refused,
    require_feature,
    require_push,
    require_worker,
    valid,
)
from .duplicates import DuplicateActionsMixin
from .files import FabricFilesMixin
from .health import HealthActions
from .outgoing import OutgoingWebhookActions
from .pull_requests import BranchActionsMixin
from .resolve import resolve_many
from .resolve_and_settle import resolve_and_settle
from .syncing import sync_all
from .templates import TemplateActions
from .uploads import handed_over
from .wiring import WiringActions

__all__ = ['HedgehogFabricViewSet']

RESOLVED = {
    **ACCEPTED,
    200: serializers.BulkResolvedSerializer,
    202: serializers.BulkResolvedSerializer,
    422: serializers.ErrorSerializer,
}

WRITING = (Direction.GUI_TO_GIT, Direction.BIDIRECTIONAL)


class HedgehogFabricViewSet(
    FabricFilesMixin,
    BranchActionsMixin,
    DuplicateActionsMixin,
    HealthActions,
    OutgoingWebhookActions,
    TemplateActions,
    WiringActions,
    ActionsMixin,
    NetBoxModelViewSet,
):
    """Fabrics. Work on Git is a job: the answer is 202 and says where to look."""

    queryset = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state')
    serializer_class = serializers.HedgehogFabricSerializer
    filterset_class = filtersets.HedgehogFabricFilterSet
    action_permissions = {
        **FabricFilesMixin.file_permissions,
        **TemplateActions.template_permissions,
        **WiringActions.wiring_permissions,
        'init_gitops': permissions.InitFabricPermission,
        'ingest_raw': permissions.IngestFabricPermission,
        'upload': permissions.IngestFabricPermission,
        'sync': permissions.SyncFabricPermission,
        'sync_many': permissions.SyncFabricPermission,
        'compare_branch': permissions.SyncFabricPermission,
        'merge_branch': permissions.SyncFabricPermission,
        'gitops_status': permissions.StatusFabricPermission,
        'webhooks': permissions.OutgoingWebhookPermission,
        'sync_health': permissions.HealthFabricPermission,
        'sync_analytics': permissions.HealthFabricPermission,
        'resolve_bulk': permissions.ResolveConflictPermission,
        'resolve_conflicts': permissions.ResolveConflictPermission,
        'process_duplicates': permissions.SettleFabricPermission,
        'scan_duplicates': permissions.SettleFabricPermission,
        'duplicate_status': permissions.StatusFabricPermission,
    }

    @extend_schema(request=serializers.InitGitOpsSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='init-gitops')
    def init_gitops(self, request: Request, pk: int) -> Response:
        """Creates the fabric's directory in Git, and takes in the YAML that is already there."""
        fabric = self._configured(pk, 'init')
        require_feature(Feature.DIRECTORY_MANAGEMENT)
        asked = valid(serializers.InitGitOpsSerializer, request)
        options: dict[str, Any] = {} if asked.get('commit', True) else {'dry_run': True}
        if 'existing' in asked:
            options |= onboarding_options(fabric, asked['existing'])
        return self._enqueue(fabric, SyncOperationTypeChoices.DIRECTORY_INIT, options)

    @extend_schema(request=serializers.IngestRawSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='ingest-raw')
    def ingest_raw(self, request: Request, pk: int) -> Response:
        """Sorts what lies in raw/ into one file per object, as one commit."""
        fabric = self._configured(pk, 'ingest')
        require_feature(Feature.DIRECTORY_MANAGEMENT)
        options = valid(serializers.IngestRawSerializer, request)
        _require_initialised(fabric)
        return self._enqueue(fabric, SyncOperationTypeChoices.FILE_INGESTION, options)

    @extend_schema(
        request={
            'application/json': serializers.UploadSerializer,
            'multipart/form-data': serializers.MultipartUploadSerializer,
        },
        responses={
            **ACCEPTED,
            202: serializers.AcceptedUploadSerializer,
            413: serializers.ErrorSerializer,
        },
    )
    @action(
        detail=True,
        methods=['post'],
        url_path='files/upload',
        parser_classes=[JSONParser, MultiPartParser],
    )
    def upload(self, request: Request, pk: int) -> Response:
        """Takes files into raw/: committed as they are, then ingested by a second commit."""
        fabric = self._configured(pk, 'ingest')
        require_feature(Feature.DIRECTORY_MANAGEMENT)
        _require_initialised(fabric)
        _require_enabled(fabric)
        files, message = handed_over(request)
        require_worker()
        editor = Editor(request.user, request.id, message)
        try:
            job, operation, uploads = jobs.enqueue_upload(
                fabric, files, editor, TriggerTypeChoices.API
            )
        except NeedsPerson as error:
            raise _refused(error) from error
        answer = accepted(request, job, operation)
        context = self.get_serializer_context()
        answer.data['uploads'] = serializers.RawUploadSerializer(
            uploads, many=True, nested=True, context=context
        ).data
        return answer

    @extend_schema(request=serializers.SyncFabricSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'])
    def sync(self, request: Request, pk: int) -> Response:
        """Brings Git and NetBox together. A request while one waits joins it."""
        fabric = self._configured(pk, 'sync')
        options = valid(serializers.SyncFabricSerializer, request)
        _require_enabled(fabric)
        self._check_direction(fabric, options.get('direction'))
        if options.get('publish') or options.get('direction') in WRITING:
            require_feature(Feature.BIDIRECTIONAL_SYNC)
            # A plain sync publishes only what its authors may publish, and needs nothing more.
            require_push(request, fabric)
        _require_unmoved(fabric, options.pop('expected_commit', None))
        if not options.pop('commit', True):
            options['dry_run'] = True
        return self._enqueue(fabric, SyncOperationTypeChoices.SYNC, options)

    @extend_schema(
        operation_id='plugins_hedgehog_fabrics_sync_several_create',
        request=serializers.SyncFabricsSerializer,
        responses={**ACCEPTED, 202: serializers.SyncedFabricsSerializer},
    )
    @action(detail=False, methods=['post'], url_path='sync')
    def sync_many(self, request: Request) -> Response:
        """Synchronises several fabrics: one operation each; those that cannot be are named."""
        wanted = valid(serializers.SyncFabricsSerializer, request)['fabrics']
        return sync_all(request, _named(_fabrics(request), wanted))

    @extend_schema(request=serializers.BulkResolveSerializer, responses=RESOLVED)
    @action(detail=True, methods=['post'], url_path='conflicts/resolve-bulk')
    def resolve_bulk(self, request: Request, pk: int) -> Response:
        """Decides several conflicts by one strategy, as one commit."""
        return resolve_many(request, self.permitted_object(pk, 'view'))

    @extend_schema(
        request=serializers.ResolveConflictsSerializer,
        responses={
            **RESOLVED,
            200: serializers.ResolvedConflictsSerializer,
            202: serializers.ResolvedConflictsSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='resolve-conflicts')
    def resolve_conflicts(self, request: Request, pk: int) -> Response:
        """Decides conflicts by one strategy and groups of duplicates by hand, or either."""
        return resolve_and_settle(request, self.permitted_object(pk, 'view'))

    @extend_schema(responses={200: serializers.GitOpsStatusSerializer})
    @action(detail=True, methods=['get'], url_path='gitops-status')
    def gitops_status(self, request: Request, pk: int) -> Response:
        """What lies where in Git, what runs, and how the last run ended."""
        return Response(gitops_status(self.permitted_object(pk, 'view')))

    def _configured(self, pk: int, name: str) -> HedgehogFabric:
        fabric = self.permitted_object(pk, name)
        if fabric.git_repository is None:
            raise ActionError(
                'REPOSITORY_ACCESS_DENIED',
                'NoRepository',
                'The fabric has no Git repository.',
                suggestions=('Set git_repository of the fabric.',),
            )
        if not fabric.git_repository.enabled:
            raise ActionError(
                'REPOSITORY_ACCESS_DENIED',
                'RepositoryDisabled',
                'The Git repository of this fabric is disabled.',
                suggestions=('Enable the repository.',),
            )
        return fabric

    def _check_direction(self, fabric: HedgehogFabric, wanted: str | None) -> None:
        allowed = _allowed_directions(fabric)
        if wanted is not None and wanted not in allowed:
            raise ActionError(
                'VALIDATION_FAILED',
                'DirectionNotPermitted',
                f'The fabric does not permit the direction {wanted}.',
                status_code=422,
                suggestions=tuple(f'direction: {name}' for name in allowed),
            )

    def _enqueue(
        self, fabric: HedgehogFabric, operation_type: str, options: dict[str, Any]
    ) -> Response:
        require_worker()
        job, operation = jobs.enqueue_operation(
            fabric,
            operation_type,
            user=self.request.user,
            trigger_type=TriggerTypeChoices.API,
            request_id=getattr(self.request, 'id', None),
            options=options,
        )
        return accepted(self.request, job, operation)


def _fabrics(request: Request) -> QuerySet[HedgehogFabric]:
    """What the user may synchronise; the viewset's own set is narrowed to what may be added."""
    fabrics = HedgehogFabric.objects.restrict(request.user, 'sync')
    return fabrics.select_related('git_repository')


def _named(fabrics: QuerySet[HedgehogFabric], wanted: Sequence[str]) -> list[HedgehogFabric]:
    """Returns the fabrics by id or slug; a name that nobody may see is an error."""
    found = {}
    for fabric in fabrics:
        found[str(fabric.pk)] = found[fabric.slug] = fabric
    if unknown := [name for name in wanted if name not in found]:
        raise ActionError(
            'VALIDATION_FAILED',
            'FabricUnknown',
            f'There are no such fabrics that you may synchronise: {", ".join(unknown)}.',
            status_code=400,
        )
    return list({found[name].pk: found[name] for name in wanted}.values())


def _require_unmoved(fabric: HedgehogFabric, expected: str | None) -> None:
    now = fabric.sync_state.last_synced_commit if hasattr(fabric, 'sync_state') else ''
    if expected is None or expected == now:
        return
    raise ActionError(
        'VALIDATION_FAILED',
        'CommitMoved',
        f'The fabric stands at {now or "no commit"} by now.',
        suggestions=('Look at what changed, then ask again.',),
        details={'last_synced_commit': now},
    )


def _refused(error: NeedsPerson) -> ActionError:
    return refused(error, 413 if error.reason in ('FileTooLarge', 'TooManyFiles') else 400)


def _allowed_directions(fabric: HedgehogFabric) -> tuple[str, ...]:
    """A one-way fabric stays one-way; by hand everything is permitted."""
    if fabric.sync_direction in (Direction.GIT_TO_GUI, Direction.GUI_TO_GIT):
        return (fabric.sync_direction,)
    return (Direction.BIDIRECTIONAL, Direction.GIT_TO_GUI, Direction.GUI_TO_GIT)


def _require_enabled(fabric: HedgehogFabric) -> None:
    if fabric.sync_enabled and fabric.sync_direction != SyncDirectionChoices.DISABLED:
        return
    raise ActionError(
        'VALIDATION_FAILED',
        'SyncDisabled',
        'Synchronisation of this fabric is switched off.',
        suggestions=('Set sync_enabled, and a direction other than "disabled".',),
    )


def _require_initialised(fabric: HedgehogFabric) -> None:
    if fabric.gitops_initialized:
        return
    raise ActionError(
        'DIRECTORY_NOT_INITIALIZED',
        'DirectoryNotInitialized',
        'The fabric directory is not initialised.',
        suggestions=(f'POST .../fabrics/{fabric.pk}/init-gitops/',),
    )
