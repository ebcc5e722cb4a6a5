"""Generation from NetBox's devices and import into them, over REST: tried, and carried out."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import jobs
from ...choices import TriggerTypeChoices
from ...sync.wiring import preview_device_import, preview_generation
from .. import permissions, serializers
from .actions import accepted, require_worker, valid
from .versions import told

__all__ = ['WiringActions']

REFUSED = dict.fromkeys((400, 403, 404, 409, 422, 503), serializers.ErrorSerializer)


class WiringActions:
    """The actions between a fabric and NetBox's devices. Trying needs what doing needs."""

    wiring_permissions = {
        'generate': permissions.PushFabricPermission,
        'import_devices': permissions.SyncFabricPermission,
    }

    @extend_schema(
        request=serializers.GenerateWiringSerializer,
        responses={
            **REFUSED,
            200: serializers.GenerationPreviewSerializer,
            202: serializers.AcceptedSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='generate')
    def generate(self, request: Request, pk: int) -> Response:
        """Makes the fabric say what devices and cables say: one commit, which can be undone."""
        fabric = self._configured(pk, 'push')
        asked = valid(serializers.GenerateWiringSerializer, request)
        if not asked.pop('commit'):
            with told():
                return Response({'preview': preview_generation(fabric, asked, request.user)})
        require_worker()
        job, operation = jobs.enqueue_generation(
            fabric, asked, request.user, TriggerTypeChoices.API, request.id
        )
        return accepted(request, job, operation)

    @extend_schema(
        request=serializers.ImportDevicesSerializer,
        responses={
            **REFUSED,
            200: serializers.DeviceImportPreviewSerializer,
            202: serializers.AcceptedSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='import-devices')
    def import_devices(self, request: Request, pk: int) -> Response:
        """Makes the devices, interfaces and cables NetBox lacks; changes none that are there."""
        fabric = self._configured(pk, 'sync')
        asked = valid(serializers.ImportDevicesSerializer, request)
        if not asked.pop('commit'):
            with told():
                return Response({'preview': preview_device_import(fabric, asked, request.user)})
        require_worker()
        job, operation = jobs.enqueue_device_import(
            fabric, asked, request.user, TriggerTypeChoices.API, request.id
        )
        return accepted(request, job, operation)
