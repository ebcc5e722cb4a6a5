"""Pull requests over REST, and branches: compared, merged, closed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets, jobs
from ...choices import TriggerTypeChoices
from ...models import HedgehogFabric, PullRequest
from ...object_actions import MergePullRequest
from ...sync.waiting import NeedsPerson
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ACCEPTED, ActionsMixin, accepted, refused, require_push, require_worker, valid
from .record_views import RecordViewSet

__all__ = ['BranchActionsMixin', 'PullRequestViewSet']


class PullRequestViewSet(ActionsMixin, RecordViewSet):
    """Pull requests, the newest first; `merge` is for those without a host that merges."""

    queryset = PullRequest.objects.all()
    serializer_class = serializers.PullRequestSerializer
    filterset_class = filtersets.PullRequestFilterSet
    long_fields = ('body',)
    rate_class = 'sync'
    action_permissions = {
        'merge': permissions.MergePullRequestPermission,
        'close': permissions.ClosePullRequestPermission,
    }

    @extend_schema(request=serializers.MergePullRequestSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'])
    def merge(self, request: Request, pk: str) -> Response:
        """Merges the branch into the fabric's, objects field by field."""
        pull_request = self.permitted_object(pk, 'merge')
        options = valid(serializers.MergePullRequestSerializer, request)
        if blocked := MergePullRequest.blocked_because(pull_request):
            raise ActionError(
                'VALIDATION_FAILED',
                'PullRequestOver',
                str(blocked),
                suggestions=('GET pull-requests/?state=open lists those that can be.',),
            )
        options['branch'] = pull_request.branch
        return _merge(request, pull_request.fabric, options)

    @extend_schema(request=None, responses=ACCEPTED)
    @action(detail=True, methods=['post'])
    def close(self, request: Request, pk: str) -> Response:
        """Closes it without merging; its edits stay in NetBox as drafts."""
        pull_request = self.permitted_object(pk, 'close')
        require_worker()
        try:
            job, operation = jobs.enqueue_close(pull_request, request.user, TriggerTypeChoices.API)
        except NeedsPerson as error:
            raise refused(error, 409) from error
        return accepted(request, job, operation)


class BranchActionsMixin:
    """What fabrics offer about branches that are no pull requests of NetBox."""

    @extend_schema(request=serializers.CompareBranchSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='branches/compare')
    def compare_branch(self, request: Request, pk: int) -> Response:
        """Tries a merge out: the operation's plan tells what would change and what clashes."""
        fabric = self._configured(pk, 'sync')  # type: ignore[attr-defined]
        require_push(request, fabric)
        options = valid(serializers.CompareBranchSerializer, request)
        return _merge(request, fabric, {**options, 'dry_run': True})

    @extend_schema(request=serializers.MergeBranchSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'], url_path='branches/merge')
    def merge_branch(self, request: Request, pk: int) -> Response:
        """Merges a branch into the fabric's; with a clash nothing is merged."""
        fabric = self._configured(pk, 'sync')  # type: ignore[attr-defined]
        require_push(request, fabric)
        options = valid(serializers.MergeBranchSerializer, request)
        dry = not options.pop('commit')
        return _merge(request, fabric, {**options, **({'dry_run': True} if dry else {})})


def _merge(request: Request, fabric: HedgehogFabric, options: dict[str, Any]) -> Response:
    require_worker()
    job, operation = jobs.enqueue_merge(
        fabric, options, request.user, TriggerTypeChoices.API, getattr(request, 'id', None)
    )
    return accepted(request, job, operation)
