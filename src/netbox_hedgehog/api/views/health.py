"""Health and analytics of a fabric over REST, from rows only."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ...constants import APP_LABEL
from ...sync.analytics import METRICS, PERIODS, STEPS, fabric_analytics
from ...sync.health import fabric_health
from .. import serializers
from .actions import one_of

__all__ = ['HealthActions']


class HealthActions:
    """The two readings; mixed into the viewset of fabrics."""

    @extend_schema(responses={200: serializers.SyncHealthSerializer})
    @action(detail=True, methods=['get'], url_path='sync-health')
    def sync_health(self, request: Request, pk: int) -> Response:
        """How well synchronisation runs, with a score and what it is made of."""
        fabric = self.permitted_object(pk, 'view')  # type: ignore[attr-defined]
        health = fabric_health(fabric, timezone.now())
        page = reverse(
            f'plugins:{APP_LABEL}:hedgehogfabric_health', args=[fabric.pk], request=request
        )
        for alert in health['alerts']:
            alert['alert_url'] = page
        return Response(serializers.SyncHealthSerializer(health).data)

    @extend_schema(
        parameters=[
            OpenApiParameter('period', str, enum=list(PERIODS), default='24h'),
            OpenApiParameter('group_by', str, enum=list(STEPS), default='hour'),
            OpenApiParameter('metrics', str, many=True, enum=list(METRICS)),
        ],
        responses={
            200: serializers.SyncAnalyticsSerializer,
            400: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['get'], url_path='sync-analytics')
    def sync_analytics(self, request: Request, pk: int) -> Response:
        """What operations did over a period, in steps."""
        fabric = self.permitted_object(pk, 'view')  # type: ignore[attr-defined]
        asked = request.query_params
        period = one_of('period', asked.get('period', '24h'), PERIODS)
        step = one_of('group_by', asked.get('group_by', 'hour'), STEPS)
        metrics = tuple(
            one_of('metrics', each, METRICS) for each in asked.getlist('metrics') or METRICS
        )
        counted = fabric_analytics(fabric, period, step, metrics, timezone.now())
        return Response(serializers.SyncAnalyticsSerializer(counted).data)
