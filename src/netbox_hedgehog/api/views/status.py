"""How the service stands over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ...jobs import count_workers
from ...sync.service_status import service_status
from .. import serializers
from .actions import OneActionMixin

__all__ = ['StatusView']


class StatusView(OneActionMixin, APIView):
    """Versions, workers of the queue, what is stuck."""

    permission_classes = [IsAuthenticated]
    rate_class = 'monitoring'

    @extend_schema(responses={200: serializers.ServiceStatusSerializer})
    def get(self, request: Request) -> Response:
        """Counts only: nothing is said of single fabrics or repositories."""
        return Response(serializers.ServiceStatusSerializer(service_status(count_workers())).data)
