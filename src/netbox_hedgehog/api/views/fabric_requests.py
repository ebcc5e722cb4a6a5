"""What every request to a fabric is asked first, and how its operation is queued."""

from typing import Any

from rest_framework.response import Response

from ... import jobs
from ...choices import PublishModeChoices, SyncDirectionChoices, TriggerTypeChoices
from ...models import HedgehogFabric
from ..errors import ActionError
from .actions import accepted, require_worker

__all__ = [
    'FabricRequests',
    'require_configured',
    'require_enabled',
    'require_initialised',
    'require_review',
]


class FabricRequests:
    """Mixed into the viewset of fabrics, for its actions."""

    def _configured(self, pk: int, name: str) -> HedgehogFabric:
        fabric = self.permitted_object(pk, name)  # type: ignore[attr-defined]
        require_configured(fabric)
        return fabric

    def _enqueue(
        self, fabric: HedgehogFabric, operation_type: str, options: dict[str, Any]
    ) -> Response:
        require_worker()
        request = self.request  # type: ignore[attr-defined]
        job, operation = jobs.enqueue_operation(
            fabric,
            operation_type,
            user=request.user,
            trigger_type=TriggerTypeChoices.API,
            request_id=getattr(request, 'id', None),
            options=options,
        )
        return accepted(request, job, operation)


def require_configured(fabric: HedgehogFabric) -> None:
    """Refuses a fabric without a repository that may be contacted."""
    if fabric.git_repository is None:
        raise ActionError(
            'REPOSITORY_ACCESS_DENIED',
            'NoRepository',
            'The fabric has no Git repository.',
            suggestions=('Set git_repository of the fabric.',),
        )
    if not fabric.git_repository.enabled:
        raise ActionError(
            'REPOSITORY_ACCESS_DENIED',
            'RepositoryDisabled',
            'The Git repository of this fabric is disabled.',
            suggestions=('Enable the repository.',),
        )


def require_enabled(fabric: HedgehogFabric) -> None:
    """Refuses a fabric that is not synchronised."""
    if fabric.sync_enabled and fabric.sync_direction != SyncDirectionChoices.DISABLED:
        return
    raise ActionError(
        'VALIDATION_FAILED',
        'SyncDisabled',
        'Synchronisation of this fabric is switched off.',
        suggestions=('Set sync_enabled, and a direction other than "disabled".',),
    )


def require_initialised(fabric: HedgehogFabric) -> None:
    """Refuses a fabric without a directory."""
    if fabric.gitops_initialized:
        return
    raise ActionError(
        'DIRECTORY_NOT_INITIALIZED',
        'DirectoryNotInitialized',
        'The fabric directory is not initialised.',
        suggestions=(f'POST .../fabrics/{fabric.pk}/init-gitops/',),
    )


def require_review(fabric: HedgehogFabric, *, asked: bool) -> None:
    """422: the words for a pull request that nobody opens must not be silently left out."""
    if asked or fabric.publish_mode == PublishModeChoices.PULL_REQUEST:
        return
    raise ActionError(
        'VALIDATION_FAILED',
        'NoPullRequest',
        'There is no pull request to give a title: this fabric publishes without review.',
        status_code=422,
        suggestions=('Ask for a pull request in `options`.',),
    )
