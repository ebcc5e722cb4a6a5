"""Git repositories over REST, and the question whether the server answers."""

from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets
from ...models import GitRepository
from ...sync import connection
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ActionsMixin

__all__ = ['GitRepositoryViewSet']

# What the server had no part in.
OWN_REASONS = {
    'RepositoryDisabled': 409,
    'UrlRefused': 422,
    'CredentialMissing': 409,
    'CredentialUnreadable': 409,
    'EncryptionKeyMissing': 409,
    'EncryptionKeyInvalid': 409,
    'AuthenticationUnsupported': 409,
}
CODES = {
    'CredentialsRefused': 'REPOSITORY_ACCESS_DENIED',
    'RemoteNotFound': 'REPOSITORY_ACCESS_DENIED',
    'BranchMissing': 'REPOSITORY_ACCESS_DENIED',
    'HostKeyRefused': 'REPOSITORY_ACCESS_DENIED',
    'GitTimedOut': 'TIMEOUT_ERROR',
}


class GitRepositoryViewSet(ActionsMixin, NetBoxModelViewSet):
    """Git repositories. Credentials go in and never come out."""

    queryset = GitRepository.objects.select_related('state')
    serializer_class = serializers.GitRepositorySerializer
    filterset_class = filtersets.GitRepositoryFilterSet
    # A queued body would put the credential into Redis.
    background_enabled = False
    action_permissions = {'test_connection': permissions.TestRepositoryPermission}

    @extend_schema(
        request=None,
        responses={
            200: serializers.ConnectionSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
            502: serializers.ErrorSerializer,
            504: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='test-connection')
    def test_connection(self, request: Request, pk: int) -> Response:
        """Asks the server now: where does the branch stand, and may we write?"""
        answer = connection.test_connection(self.permitted_object(pk, 'test'))
        if answer['ok']:
            return Response(answer)
        reason = answer['reason']
        own_status = OWN_REASONS.get(reason, 504 if reason == 'GitTimedOut' else 502)
        raise ActionError(
            CODES.get(reason, 'VALIDATION_FAILED' if reason in OWN_REASONS else 'NETWORK_ERROR'),
            reason,
            answer['message'],
            status_code=own_status,
            suggestions=(answer['hint'],) if answer.get('hint') else (),
            details={'connection': answer},
        )
