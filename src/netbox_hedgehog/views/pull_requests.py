"""Pages of pull requests: what waits for a review; merged here where no host does that."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.ui.panels import ObjectsTablePanel
from netbox.views import generic
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..choices import TriggerTypeChoices
from ..jobs import enqueue_close, enqueue_merge
from ..models import PullRequest, SyncOperation
from ..object_actions import ClosePullRequest, ComparePullRequest, MergePullRequest
from ..sync.branches import pull_request_diff
from ..ui import panels
from ..ui.code import diff_lines
from .asking import AskingView
from .refreshing import RefreshingList

__all__ = [
    'PullRequestCloseView',
    'PullRequestCompareView',
    'PullRequestListView',
    'PullRequestMergeView',
    'PullRequestView',
]


@register_model_view(PullRequest, 'list', path='', detail=False)
class PullRequestListView(RefreshingList, generic.ObjectListView):
    queryset = PullRequest.objects.defer('body')
    filterset = filtersets.PullRequestFilterSet
    filterset_form = forms.PullRequestFilterForm
    table = tables.PullRequestTable
    actions = (BulkExport,)


@register_model_view(PullRequest)
class PullRequestView(generic.ObjectView):
    queryset = PullRequest.objects.select_related('fabric__git_repository', 'sync_operation')
    actions = (ComparePullRequest, MergePullRequest, ClosePullRequest)
    layout = layout.SimpleLayout(
        left_panels=[panels.PullRequestPanel()],
        right_panels=[panels.PullRequestBranchPanel()],
        bottom_panels=[
            panels.CodePanel('diff', title=_('What changes')),
            ObjectsTablePanel(
                model='netbox_hedgehog.OutboxEntry',
                title=_('Edits in it'),
                filters={'pull_request_id': lambda context: context['object'].pk},
            ),
        ],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url('plugins:netbox_hedgehog:pullrequest_list', 'fabric_id'),
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: PullRequest) -> dict[str, Any]:
        text = pull_request_diff(instance)
        if text is None:
            return {'diff': None}
        return {'diff': {'html': diff_lines(text), 'note': ''}}


class _PullRequestActionView(AskingView):
    queryset = PullRequest.objects.select_related('fabric__git_repository')


class _MergingView(_PullRequestActionView):
    def options(self, request: HttpRequest) -> dict[str, Any]:
        """What is asked for beside the branch."""
        return {}

    def ask(self, request: HttpRequest, instance: PullRequest) -> SyncOperation:
        options = {'branch': instance.branch, **self.options(request)}
        manual = TriggerTypeChoices.MANUAL
        return enqueue_merge(instance.fabric, options, request.user, manual, request.id)[1]


@register_model_view(PullRequest, 'compare')
class PullRequestCompareView(_MergingView):
    """Queues a dry run of the merge: what would change, and what clashes."""

    action = ComparePullRequest

    def options(self, request: HttpRequest) -> dict[str, Any]:
        return {'dry_run': True}


@register_model_view(PullRequest, 'merge')
class PullRequestMergeView(_MergingView):
    """Queues the merge into the fabric's branch."""

    action = MergePullRequest

    def options(self, request: HttpRequest) -> dict[str, Any]:
        prefer = request.POST.get('prefer')
        return {'prefer': prefer} if prefer else {}


@register_model_view(PullRequest, 'close')
class PullRequestCloseView(_PullRequestActionView):
    """Closes it without merging; its edits stay in NetBox as drafts."""

    action = ClosePullRequest

    def ask(self, request: HttpRequest, instance: PullRequest) -> SyncOperation:
        return enqueue_close(instance, request.user, TriggerTypeChoices.MANUAL)[1]
