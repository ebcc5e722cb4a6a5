"""Resources over REST. A write is a draft; a receiver puts it into the outbox."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets
from ...choices import CheckpointReasonChoices
from ...models import HedgehogFabric, HedgehogResource
from ...sync.checkpoints import take_if_known
from ...sync.versions import files_of
from .. import permissions, serializers
from .actions import ActionsMixin, require_push, valid
from .files import DONE, FROM, REFUSED, TO
from .resource_actions import ResourceActions
from .versions import asked_or_shown, told

__all__ = ['HedgehogResourceViewSet', 'ResourceViewSet']

# Texts and live state of the side table that no answer shows.
UNSHOWN = (
    'sync_state__base_text',
    'sync_state__actual_spec',
    'sync_state__actual_status',
    'sync_state__actual_managers',
    'sync_state__drift_details',
)
FIELD = OpenApiParameter('field', str, OpenApiParameter.QUERY, description='spec.a.b; else all')


class ResourceViewSet(ActionsMixin, NetBoxModelViewSet):
    """Lists, details and writes of resources."""

    queryset = HedgehogResource.objects.select_related('sync_state').defer(*UNSHOWN)
    serializer_class = serializers.HedgehogResourceSerializer
    filterset_class = filtersets.HedgehogResourceFilterSet

    def perform_bulk_destroy(self, objects: Any, *args: Any, **kwargs: Any) -> Any:
        """Keeps the state before so many objects go at once."""
        for fabric in HedgehogFabric.objects.filter(resources__in=objects).distinct():
            take_if_known(fabric, CheckpointReasonChoices.BULK_DELETION, self.request.user)
        return super().perform_bulk_destroy(objects, *args, **kwargs)


class HedgehogResourceViewSet(ResourceActions, ResourceViewSet):
    """Objects of the fabrics: what Git says, and what is drafted."""

    rate_class = 'resource'
    action_permissions = {
        **ResourceActions.resource_permissions,
        'history': permissions.StatusFabricPermission,
        'blame': permissions.StatusFabricPermission,
        'difference': permissions.StatusFabricPermission,
        'restore': permissions.RestoreResourcePermission,
    }

    @extend_schema(responses={**REFUSED, 200: serializers.HistorySerializer})
    @action(detail=True, methods=['get'])
    def history(self, request: Request, pk: int) -> Response:
        """What happened to the object, the newest first, from its drop in raw/ on."""
        resource = self._seen(pk)
        with told():
            return Response({'commits': files_of(resource.fabric).resource_history(resource)})

    @extend_schema(parameters=[FIELD], responses={**REFUSED, 200: serializers.BlameSerializer})
    @action(detail=True, methods=['get'])
    def blame(self, request: Request, pk: int) -> Response:
        """Who set each field, in which commit, and where it stands."""
        resource, field = self._seen(pk), request.query_params.get('field', '')
        with told():
            return Response({'fields': files_of(resource.fabric).blame(resource, field)})

    @extend_schema(
        parameters=[FROM, TO], responses={**REFUSED, 200: serializers.ResourceDifferenceSerializer}
    )
    @action(detail=True, methods=['get'], url_path='diff')
    def difference(self, request: Request, pk: int) -> Response:
        """What differs between two commits, or between a commit and the draft (`to=draft`)."""
        resource, asked = self._seen(pk), request.query_params
        with told():
            found = files_of(resource.fabric).resource_difference(
                resource, asked.get('from', ''), asked.get('to', '')
            )
        return Response(found)

    @extend_schema(request=serializers.RestoreResourceSerializer, responses=DONE)
    @action(detail=True, methods=['post'])
    def restore(self, request: Request, pk: int) -> Response:
        """Gives the object the text it had at an earlier commit, by a new one."""
        resource = self._seen(pk)
        require_push(request, resource.fabric)
        asked = valid(serializers.RestoreResourceSerializer, request)
        options = {**asked, 'resource': resource.identity}
        return asked_or_shown(request, resource.fabric, options)

    def _seen(self, pk: int) -> HedgehogResource:
        return self.permitted_object(pk, 'view')
