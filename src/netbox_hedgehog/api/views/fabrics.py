"""Fabrics over REST, and what may be asked for them."""

from collections.abc import Sequence

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets, jobs
from ...choices import TriggerTypeChoices
from ...models import HedgehogFabric
from ...sync.features import Feature
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
    require_worker,
    valid,
)
from .checking import CheckActions
from .directories import DirectoryActions
from .duplicates import DuplicateActionsMixin
from .fabric_records import FabricRecordActions
from .fabric_requests import FabricRequests, require_enabled, require_initialised
from .files import FabricFilesMixin
from .health import HealthActions
from .outgoing import OutgoingWebhookActions
from .pull_requests import BranchActionsMixin
from .resolve import resolve_many
from .resolve_and_settle import resolve_and_settle
from .syncing import sync_all, sync_fabric
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


class HedgehogFabricViewSet(
    FabricFilesMixin,
    BranchActionsMixin,
    CheckActions,
    DirectoryActions,
    DuplicateActionsMixin,
    FabricRecordActions,
    FabricRequests,
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
    rate_class = 'resource'
    rate_classes = {
        **dict.fromkeys(
            (
                'init_gitops',
                'initialize_directory',
                'ingest_raw',
                'ingest_directory',
                'validate_directory',
                'gitops_status',
                'upload',
                'check_files',
            ),
            'directory',
        ),
        **dict.fromkeys(
            ('sync', 'sync_many', 'sync_operations', 'compare_branch', 'merge_branch'), 'sync'
        ),
        **dict.fromkeys(
            (
                'conflicts',
                'resolve_bulk',
                'resolve_conflicts',
                'process_duplicates',
                'scan_duplicates',
                'duplicate_status',
            ),
            'conflict',
        ),
        **dict.fromkeys(('sync_health', 'sync_analytics'), 'monitoring'),
        'webhooks': 'webhooks',
    }
    action_permissions = {
        **FabricFilesMixin.file_permissions,
        **TemplateActions.template_permissions,
        **WiringActions.wiring_permissions,
        **CheckActions.checking_permissions,
        **DirectoryActions.directory_permissions,
        **FabricRecordActions.record_permissions,
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
        require_initialised(fabric)
        require_enabled(fabric)
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

    @extend_schema(
        request=serializers.SyncFabricSerializer,
        responses={
            **ACCEPTED,
            202: serializers.AcceptedSyncSerializer,
            422: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def sync(self, request: Request, pk: int) -> Response:
        """Brings Git and NetBox together. A request while one waits joins it."""
        return sync_fabric(request, self._configured(pk, 'sync'))

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
            suggestions=('GET fabrics/ lists them with their ids and slugs.',),
        )
    return list({found[name].pk: found[name] for name in wanted}.values())


# What is no mistake in the request itself.
_STATUS_BY_REASON = {'FileTooLarge': 413, 'TooManyFiles': 413, 'TooMuchWaiting': 409}


def _refused(error: NeedsPerson) -> ActionError:
    return refused(error, _STATUS_BY_REASON.get(error.reason, 400))
