"""Git repositories over REST, and the question whether the server answers."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ... import filtersets
from ...models import GitRepository, HedgehogFabric
from ...sync import branches, connection
from ...sync.repository_status import repository_status
from ...sync.webhook_registration import EngineError, register_webhook
from ...sync.webhook_secrets import NeedsPerson, remove_secret, replace_secret
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ACCEPTED, ActionsMixin, refused, valid
from .syncing import sync_all

__all__ = ['GitRepositoryViewSet']

# What the server had no part in.
OWN_REASONS = {
    'RepositoryDisabled': 409,
    'UrlRefused': 422,
    'CredentialMissing': 409,
    'CredentialUnreadable': 409,
    'EncryptionKeyMissing': 409,
    'EncryptionKeyInvalid': 409,
    'HostApiMissing': 409,
}
# What a server that is asked in the request may answer.
CONTACTED = {
    **{status: answer for status, answer in ACCEPTED.items() if status >= 400},
    422: serializers.ErrorSerializer,
    502: serializers.ErrorSerializer,
    504: serializers.ErrorSerializer,
}
CODES = {
    'CredentialsRefused': 'REPOSITORY_ACCESS_DENIED',
    'RemoteNotFound': 'REPOSITORY_ACCESS_DENIED',
    'BranchMissing': 'REPOSITORY_ACCESS_DENIED',
    'HostKeyRefused': 'REPOSITORY_ACCESS_DENIED',
    'GitTimedOut': 'TIMEOUT_ERROR',
    'HostForbids': 'REPOSITORY_ACCESS_DENIED',
    'RateLimited': 'GITHUB_RATE_LIMITED',
}
STATUSES = {**OWN_REASONS, 'GitTimedOut': 504, 'RateLimited': 429}


class GitRepositoryViewSet(ActionsMixin, NetBoxModelViewSet):
    """Git repositories. Credentials go in and never come out."""

    queryset = GitRepository.objects.select_related('state')
    serializer_class = serializers.GitRepositorySerializer
    filterset_class = filtersets.GitRepositoryFilterSet
    # A queued body would put the credential into Redis.
    background_enabled = False
    rate_class = 'sync'
    rate_classes = {
        **dict.fromkeys(('branches', 'repository_status'), 'monitoring'),
        **dict.fromkeys(
            ('webhook_secret', 'remove_webhook_secret', 'register_webhook'), 'webhooks'
        ),
    }
    action_permissions = {
        'test_connection': permissions.TestRepositoryPermission,
        'register_webhook': permissions.WebhookSecretPermission,
        'webhook_secret': permissions.WebhookSecretPermission,
        'remove_webhook_secret': permissions.WebhookSecretPermission,
        'branches': permissions.BranchesPermission,
        'create_branch': permissions.BranchesPermission,
        'sync': permissions.BranchesPermission,
        'fetch': permissions.BranchesPermission,
        'repository_status': permissions.BranchesPermission,
    }

    @extend_schema(
        request=serializers.WebhookSecretSerializer,
        responses={
            200: serializers.NewWebhookSecretSerializer,
            400: serializers.ErrorSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='webhook-secret')
    def webhook_secret(self, request: Request, pk: int) -> Response:
        """Sets the secret of the webhook; without one given, makes one and shows it this once."""
        repository = self.permitted_object(pk, 'change')
        serializer = serializers.WebhookSecretSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data.get('secret', '')
        try:
            secret = replace_secret(repository, request.user, request.id, given)
        except NeedsPerson as error:
            raise refused(error, 409) from error
        url = _webhook_url(request, repository)
        shown = {} if given else {'secret': secret}
        return Response({'webhook_url': url, **shown}, headers={'Cache-Control': 'no-store'})

    @extend_schema(request=None, responses={204: None})
    @webhook_secret.mapping.delete
    def remove_webhook_secret(self, request: Request, pk: int) -> Response:
        """Removes the secret: from now on no delivery is taken."""
        remove_secret(self.permitted_object(pk, 'change'), request.user, request.id)
        return Response(status=204)

    @extend_schema(
        responses={**CONTACTED, 200: serializers.BranchSerializer(many=True)}, filters=False
    )
    @action(detail=True, methods=['get'], pagination_class=None)
    def branches(self, request: Request, pk: int) -> Response:
        """Asks the server for its branches now."""
        repository = self.permitted_object(pk, 'view')
        return Response(_branches(lambda: branches.list_branches(repository), many=True))

    @extend_schema(
        request=serializers.CreateBranchSerializer,
        responses={**CONTACTED, 201: serializers.BranchSerializer},
    )
    @branches.mapping.post
    def create_branch(self, request: Request, pk: int) -> Response:
        """Makes a branch on the server."""
        repository = self.permitted_object(pk, 'sync')
        wanted = valid(serializers.CreateBranchSerializer, request)
        made = _branches(lambda: branches.create_branch(repository, **wanted))
        return Response(made, status=201)

    @extend_schema(request=None, responses={**ACCEPTED, 202: serializers.SyncedFabricsSerializer})
    @action(detail=True, methods=['post'])
    def sync(self, request: Request, pk: int) -> Response:
        """Synchronises every fabric of the repository that the user may synchronise."""
        repository = self.permitted_object(pk, 'sync')
        fabrics = HedgehogFabric.objects.restrict(request.user, 'sync')
        found = fabrics.filter(git_repository=repository).select_related('git_repository')
        return sync_all(request, found)

    @extend_schema(request=None, responses={**ACCEPTED, 202: serializers.SyncedFabricsSerializer})
    @action(detail=True, methods=['post'])
    def fetch(self, request: Request, pk: int) -> Response:
        """The same as `sync`: what is fetched is taken over."""
        return self.sync(request, pk)

    @extend_schema(responses={200: serializers.RepositoryStatusSerializer})
    @action(detail=True, methods=['get'], url_path='status')
    def repository_status(self, request: Request, pk: int) -> Response:
        """How it stands as of the last contact; nobody is contacted for this."""
        repository = self.permitted_object(pk, 'view')
        seen = HedgehogFabric.objects.restrict(request.user, 'view')
        told = repository_status(repository, seen)
        return Response(serializers.RepositoryStatusSerializer(told).data)

    @extend_schema(
        request=None,
        responses={
            **CONTACTED,
            200: serializers.RegisteredWebhookSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='register-webhook')
    def register_webhook(self, request: Request, pk: int) -> Response:
        """Has the host deliver pushes and pull requests here, signed with a new secret."""
        repository = self.permitted_object(pk, 'change')
        url = _webhook_url(request, repository)
        try:
            made = register_webhook(repository, url, request.user, request.id)
        except EngineError as error:
            raise _failed(
                error.reason, error.message, error.hint, wait=getattr(error, 'after', None)
            ) from error
        return Response({'webhook_url': made.url, 'host_id': made.id, 'events': made.events})

    @extend_schema(
        request=None,
        responses={
            **CONTACTED,
            200: serializers.ConnectionSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='test-connection')
    def test_connection(self, request: Request, pk: int) -> Response:
        """Asks the server now: where does the branch stand, and may we write?"""
        answer = connection.test_connection(self.permitted_object(pk, 'test'))
        if answer['ok']:
            return Response(answer)
        details = {'connection': answer}
        raise _failed(answer['reason'], answer['message'], answer.get('hint', ''), details)


def _webhook_url(request: Request, repository: GitRepository) -> str:
    return reverse(
        'plugins-api:netbox_hedgehog-api:webhook', args=[repository.uuid], request=request
    )


def _failed(
    reason: str,
    message: str,
    hint: str,
    details: dict[str, Any] | None = None,
    wait: float | None = None,
) -> ActionError:
    return ActionError(
        CODES.get(reason, 'VALIDATION_FAILED' if reason in OWN_REASONS else 'NETWORK_ERROR'),
        reason,
        message,
        status_code=STATUSES.get(reason, 502),
        suggestions=(hint,) if hint else (),
        details=details,
        wait=wait,
    )


_OF_BRANCHES = {
    'BranchExists': 409,
    'BranchMoved': 409,
    'RepositoryBusy': 409,
    'BranchMissing': 422,
    'BranchNameRefused': 422,
}


def _branches(ask: Callable[[], Any], *, many: bool = False) -> Any:
    """What the server answered, or why it did not."""
    try:
        found = ask()
    except EngineError as error:
        if error.reason in _OF_BRANCHES:
            raise refused(error, _OF_BRANCHES[error.reason]) from error
        raise _failed(error.reason, error.message, error.hint) from error
    return serializers.BranchSerializer(found, many=many).data
