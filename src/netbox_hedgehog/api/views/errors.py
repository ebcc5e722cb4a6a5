"""Recorded errors over REST, and their statistics."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets
from ...models import ErrorRecord, SyncOperation
from ...sync.error_statistics import DEFAULT_WINDOW, WINDOWS, statistics
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ActionsMixin
from .records import RecordViewSet

__all__ = ['ErrorRecordViewSet']


class ErrorRecordViewSet(ActionsMixin, RecordViewSet):
    """Errors, those met last first; `statistics` counts them over a window."""

    queryset = ErrorRecord.objects.select_related('fabric', 'operation')
    serializer_class = serializers.ErrorRecordSerializer
    filterset_class = filtersets.ErrorRecordFilterSet
    lookup_value_regex = '[0-9]+'
    rate_class = 'monitoring'
    action_permissions = {'statistics': permissions.ErrorStatisticsPermission}

    @extend_schema(
        parameters=[OpenApiParameter('window', str, enum=list(WINDOWS), default=DEFAULT_WINDOW)],
        responses={200: serializers.ErrorStatisticsSerializer, 400: serializers.ErrorSerializer},
        filters=True,
    )
    @action(detail=False, methods=['get'], pagination_class=None)
    def statistics(self, request: Request) -> Response:
        """Counts by reason, path and fabric, with the trend; takes the filters of the list."""
        window = request.query_params.get('window', DEFAULT_WINDOW)
        if window not in WINDOWS:
            raise ActionError(
                'VALIDATION_FAILED',
                'ValidationFailed',
                f'There is no window {window}.',
                status_code=400,
                suggestions=tuple(f'window={name}' for name in WINDOWS),
            )
        records = self.filter_queryset(self.get_queryset())
        operations = SyncOperation.objects.restrict(request.user, 'view')
        counted: dict[str, Any] = statistics(
            records, _of_fabrics(operations, request), window, timezone.now()
        )
        return Response(serializers.ErrorStatisticsSerializer(counted).data)


def _of_fabrics(operations: Any, request: Request) -> Any:
    """The operations of the fabrics that were asked for; of all where none was."""
    named = [pk for pk in request.query_params.getlist('fabric_id') if pk.isdecimal()]
    if named:
        operations = operations.filter(fabric__in=named)
    if slugs := request.query_params.getlist('fabric'):
        operations = operations.filter(fabric__slug__in=slugs)
    return operations
