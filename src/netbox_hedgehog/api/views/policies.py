"""Resolution policies over REST: their versions, trying one out, keeping one in Git."""

from typing import Any

from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets
from ...models import HedgehogFabric, ResolutionPolicy
from ...sync.duplicate_preview import EngineError, TryAgainLater, try_policy
from ...sync.policies import NeedsPerson, content_with, exported, restore_version
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ActionsMixin, refused, valid

__all__ = ['ResolutionPolicyViewSet']

ERRORS = {
    403: serializers.ErrorSerializer,
    404: serializers.ErrorSerializer,
    422: serializers.ErrorSerializer,
}


class ResolutionPolicyViewSet(ActionsMixin, NetBoxModelViewSet):
    """Policies. What one says is checked before it is saved, and every change is a version."""

    queryset = ResolutionPolicy.objects.all()
    serializer_class = serializers.ResolutionPolicySerializer
    filterset_class = filtersets.ResolutionPolicyFilterSet
    rate_class = 'conflict'
    action_permissions = {
        'versions': permissions.ReadPolicyPermission,
        'export': permissions.ReadPolicyPermission,
        'preview': permissions.TryPolicyPermission,
        'restore': permissions.RestorePolicyPermission,
    }

    @extend_schema(
        responses={200: serializers.ResolutionPolicyVersionSerializer(many=True), **ERRORS},
        filters=False,
    )
    @action(detail=True, methods=['get'], pagination_class=None, filter_backends=[])
    def versions(self, request: Request, pk: int) -> Response:
        """What the policy said before, the newest first."""
        rows = self.permitted_object(pk, 'view').versions.order_by('-version')
        return Response(serializers.ResolutionPolicyVersionSerializer(rows, many=True).data)

    @extend_schema(responses={200: serializers.PolicyExportSerializer, **ERRORS})
    @action(detail=True, methods=['get'])
    def export(self, request: Request, pk: int) -> Response:
        """The policy as the text of `.hnp/policy.yaml`."""
        policy = self.permitted_object(pk, 'view')
        try:
            text = exported(policy)
        except NeedsPerson as error:
            raise refused(error, 422) from error
        told = {'name': policy.name, 'version': policy.version, 'text': text}
        return Response(serializers.PolicyExportSerializer(told).data)

    @extend_schema(
        request=serializers.RestorePolicySerializer,
        responses={200: serializers.ResolutionPolicySerializer, **ERRORS},
    )
    @action(detail=True, methods=['post'])
    def restore(self, request: Request, pk: int) -> Response:
        """Makes what an earlier version said the newest one."""
        policy = self.permitted_object(pk, 'restore')
        number = valid(serializers.RestorePolicySerializer, request)['version']
        try:
            made = restore_version(policy, number)
        except NeedsPerson as error:
            raise refused(error, 422) from error
        context = self.get_serializer_context()
        return Response(serializers.ResolutionPolicySerializer(made, context=context).data)

    @extend_schema(
        request=serializers.TryPolicySerializer,
        responses={
            200: serializers.PolicyTriedSerializer,
            **ERRORS,
            503: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def preview(self, request: Request, pk: int) -> Response:
        """Tells who would win in each group of a fabric, beside who wins now; writes nothing."""
        policy = self.permitted_object(pk, 'view')
        asked = valid(serializers.TryPolicySerializer, request)
        fabric = _fabric(request, asked['fabric'])
        try:
            told = try_policy(fabric, policy, content_with(policy, asked))
        except EngineError as error:
            later = isinstance(error, TryAgainLater)
            raise refused(error, 503 if later else 422) from error
        return Response(serializers.PolicyTriedSerializer(told).data)


def _fabric(request: Request, name: str) -> HedgehogFabric:
    named: dict[str, Any] = {'pk': int(name)} if name.isdecimal() else {'slug': name}
    fabric = HedgehogFabric.objects.restrict(request.user, 'view').filter(**named).first()
    if fabric is None:
        raise ActionError(
            'FABRIC_NOT_FOUND', 'FabricUnknown', f'There is no fabric {name}.', status_code=404
        )
    return fabric
