"""A fabric's directory over REST: laid out, looked at, and filled from raw/.

`init-gitops/` and `gitops-directories/initialize/` are two names of one action, as are
`ingest-raw/` and `gitops-directories/ingest/`.
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ...choices import CheckpointReasonChoices, SyncOperationTypeChoices
from ...models import GitRepository, HedgehogFabric
from ...sync.checkpoints import take
from ...sync.directory_check import check_directory
from ...sync.features import Feature
from ...sync.onboarding import onboarding_options
from ...sync.stores import synced_commit
from .. import permissions, serializers
from .actions import ACCEPTED, require_feature, require_worker, valid
from .fabric_requests import require_initialised

__all__ = ['DirectoryActions']


class DirectoryActions:
    """Mixed into the viewset of fabrics."""

    directory_permissions = {
        'init_gitops': permissions.InitFabricPermission,
        'initialize_directory': permissions.InitFabricPermission,
        'ingest_raw': permissions.IngestFabricPermission,
        'ingest_directory': permissions.IngestFabricPermission,
        'validate_directory': permissions.StatusFabricPermission,
    }

    @extend_schema(request=serializers.InitGitOpsSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='init-gitops')
    def init_gitops(self, request: Request, pk: int) -> Response:
        """Creates the fabric's directory in Git, and takes in the YAML that is already there."""
        return self._initialise(request, pk)

    @extend_schema(request=serializers.InitGitOpsSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='gitops-directories/initialize')
    def initialize_directory(self, request: Request, pk: int) -> Response:
        """The same as `init-gitops`."""
        return self._initialise(request, pk)

    @extend_schema(request=serializers.IngestRawSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='ingest-raw')
    def ingest_raw(self, request: Request, pk: int) -> Response:
        """Sorts what lies in raw/ into one file per object, as one commit."""
        return self._ingest(request, pk)

    @extend_schema(request=serializers.IngestRawSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='gitops-directories/ingest')
    def ingest_directory(self, request: Request, pk: int) -> Response:
        """The same as `ingest-raw`."""
        return self._ingest(request, pk)

    @extend_schema(responses={200: serializers.DirectoryCheckSerializer})
    @action(detail=True, methods=['get'], url_path='gitops-directories/validate')
    def validate_directory(self, request: Request, pk: int) -> Response:
        """Whether the directory is as it should be, as of the last synchronisation."""
        fabric = self.permitted_object(pk, 'view')  # type: ignore[attr-defined]
        found = {**check_directory(fabric), 'repository_info': _repository(request, fabric)}
        return Response(serializers.DirectoryCheckSerializer(found).data)

    def _initialise(self, request: Request, pk: int) -> Response:
        fabric = self._configured(pk, 'init')  # type: ignore[attr-defined]
        require_feature(Feature.DIRECTORY_MANAGEMENT)
        asked = valid(serializers.InitGitOpsSerializer, request)
        options: dict[str, Any] = {}
        if existing := asked.get('existing_files'):
            options |= onboarding_options(fabric, existing)
        if message := asked.get('initial_commit_message'):
            options['initial_commit_message'] = message
        if not asked['commit']:
            options['dry_run'] = True
        require_worker()
        if asked['force_recreate']:
            options['force_recreate'] = True
            if asked['backup_existing'] and asked['commit']:
                _secure(fabric, request.user)
        kind = SyncOperationTypeChoices.DIRECTORY_INIT
        return self._enqueue(fabric, kind, options)  # type: ignore[attr-defined]

    def _ingest(self, request: Request, pk: int) -> Response:
        fabric = self._configured(pk, 'ingest')  # type: ignore[attr-defined]
        require_feature(Feature.DIRECTORY_MANAGEMENT)
        asked = valid(serializers.IngestRawSerializer, request)
        require_initialised(fabric)
        options = {
            name: asked[name]
            for name in ('file_patterns', 'bad_documents', 'commit_message')
            if asked.get(name)
        }
        if not asked['archive_processed']:
            options['archive_processed'] = False
        if not (asked['auto_commit'] and asked['commit']):
            options['dry_run'] = True
        kind = SyncOperationTypeChoices.FILE_INGESTION
        return self._enqueue(fabric, kind, options)  # type: ignore[attr-defined]


def _secure(fabric: HedgehogFabric, user: Any) -> None:
    """Keeps drafts and settings, too: the commit before is kept by Git anyhow."""
    if synced_commit(fabric) is not None:
        name = 'Before the directory was written anew'
        take(fabric, CheckpointReasonChoices.MANUAL, user, name=name)


def _repository(request: Request, fabric: HedgehogFabric) -> dict[str, Any] | None:
    """The repository, for those who may see it; None without one."""
    seen = GitRepository.objects.restrict(request.user, 'view').select_related('state')
    repository = seen.filter(pk=fabric.git_repository_id).first()
    if repository is None:
        return None
    state = repository.state
    return {
        'url': repository.url,
        'branch': fabric.effective_branch,
        'connection_status': state.connection_status,
        'last_validated': state.last_validated,
    }
