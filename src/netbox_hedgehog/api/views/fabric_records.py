"""The operations and the conflicts of one fabric over REST, as lists of it."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ... import choices
from ...choices import OPEN_CONFLICT_STATUSES
from ...constants import APP_LABEL
from ...models import ConflictResolution, SyncOperation
from ...sync.conflict_list import STATUSES, conflict_rows
from ...sync.operation_report import short_row
from .. import permissions, serializers
from .actions import one_of, wrong_query

__all__ = ['FabricRecordActions', 'resolution_url']

_BOOLEANS = {'true': True, 'false': False}


class FabricRecordActions:
    """Mixed into the viewset of fabrics."""

    record_permissions = {
        'sync_operations': permissions.FabricOperationsPermission,
        'conflicts': permissions.FabricConflictsPermission,
    }

    @extend_schema(
        parameters=[
            OpenApiParameter('status', str, enum=choices.OperationStatusChoices.values()),
            OpenApiParameter('operation_type', str, enum=choices.SyncOperationTypeChoices.values()),
            OpenApiParameter('started_after', str, description='A time such as 2026-01-31T08:00Z'),
        ],
        responses={
            200: serializers.FabricOperationSerializer(many=True),
            400: serializers.ErrorSerializer,
        },
        filters=False,
    )
    @action(detail=True, methods=['get'], url_path='sync-operations')
    def sync_operations(self, request: Request, pk: int) -> Response:
        """The operations of this fabric, the newest first."""
        fabric = self.permitted_object(pk, 'view')  # type: ignore[attr-defined]
        rows = SyncOperation.objects.restrict(request.user, 'view').filter(fabric=fabric)
        rows = _operations(rows, request).defer('plan', 'findings', 'payload', 'untold')
        page = self.paginate_queryset(rows)  # type: ignore[attr-defined]
        shown = serializers.FabricOperationSerializer(map(short_row, page), many=True)
        return self.get_paginated_response(shown.data)  # type: ignore[attr-defined]

    @extend_schema(
        parameters=[
            OpenApiParameter('status', str, enum=list(STATUSES)),
            OpenApiParameter('severity', str, enum=choices.ConflictSeverityChoices.values()),
            OpenApiParameter('resource_kind', str),
            OpenApiParameter('auto_resolvable', str, enum=list(_BOOLEANS)),
            OpenApiParameter('limit', int),
            OpenApiParameter('offset', int),
        ],
        responses={
            200: serializers.FabricConflictsSerializer,
            400: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['get'])
    def conflicts(self, request: Request, pk: int) -> Response:
        """The conflicts of this fabric with both sides, and what each strategy would come to."""
        fabric = self.permitted_object(pk, 'view')  # type: ignore[attr-defined]
        all_of_it = ConflictResolution.objects.restrict(request.user, 'view').filter(fabric=fabric)
        rows = _conflicts(all_of_it, request).select_related('resource', 'fabric')
        page = self.paginate_queryset(rows)  # type: ignore[attr-defined]
        shown = [_with_address(row, request) for row in conflict_rows(fabric, page)]
        told = serializers.FabricConflictSerializer(shown, many=True).data
        answer = self.get_paginated_response(told)  # type: ignore[attr-defined]
        active = all_of_it.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).count()
        counts = {'active_conflicts': active, 'resolved_conflicts': all_of_it.count() - active}
        answer.data.update(counts)
        return answer


def resolution_url(request: Request, conflict: Any) -> str:
    """Where the conflict is decided."""
    name = f'plugins-api:{APP_LABEL}-api:conflictresolution-resolve'
    return reverse(name, args=[conflict], request=request)


def _with_address(row: dict[str, Any], request: Request) -> dict[str, Any]:
    return {**row, 'resolution_url': resolution_url(request, row['conflict_id'])}


def _operations(rows: Any, request: Request) -> Any:
    asked = request.query_params
    for name, allowed in (
        ('status', choices.OperationStatusChoices.values()),
        ('operation_type', choices.SyncOperationTypeChoices.values()),
    ):
        if name in asked:
            rows = rows.filter(**{name: one_of(name, asked[name], allowed)})
    if text := asked.get('started_after'):
        rows = rows.filter(started_at__gt=_time('started_after', text))
    return rows


def _conflicts(rows: Any, request: Request) -> Any:
    asked = request.query_params
    if 'status' in asked:
        wanted = STATUSES[one_of('status', asked['status'], STATUSES)]
        rows = rows.filter(resolution_status__in=wanted)
    if 'severity' in asked:
        known = choices.ConflictSeverityChoices.values()
        rows = rows.filter(severity=one_of('severity', asked['severity'], known))
    if 'resource_kind' in asked:
        rows = rows.filter(resource__kind=_text('resource_kind', asked['resource_kind']))
    if 'auto_resolvable' in asked:
        said = one_of('auto_resolvable', asked['auto_resolvable'], _BOOLEANS)
        rows = rows.filter(auto_resolvable=_BOOLEANS[said])
    return rows


def _text(name: str, value: str) -> str:
    if '\0' in value:
        raise wrong_query(name, value, ())
    return value


def _time(name: str, text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or is_naive(found):
        raise wrong_query(name, text, ('2026-01-31T08:00:00Z',))
    return found
