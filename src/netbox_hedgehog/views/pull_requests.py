"""Pages of pull requests: what waits for a review; merged here where no host does that."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.ui.panels import ObjectsTablePanel
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.exceptions import RQWorkerNotRunningException
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..choices import TriggerTypeChoices
from ..jobs import enqueue_close, enqueue_merge
from ..models import PullRequest
from ..object_actions import ClosePullRequest, ComparePullRequest, MergePullRequest
from ..sync.branches import pull_request_diff
from ..sync.waiting import NeedsPerson
from ..ui import panels
from ..ui.code import diff_lines

__all__ = [
    'PullRequestCloseView',
    'PullRequestCompareView',
    'PullRequestListView',
    'PullRequestMergeView',
    'PullRequestView',
]


@register_model_view(PullRequest, 'list', path='', detail=False)
class PullRequestListView(generic.ObjectListView):
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


class _PullRequestActionView(BaseObjectView):
    queryset = PullRequest.objects.select_related('fabric__git_repository')
    action: Any = None
    # What is asked for: given the request or the row, returns the operation.
    ask: Any

    def get_required_permission(self) -> str:
        (permission,) = self.action.permissions_required
        return f'netbox_hedgehog.{permission}_pullrequest'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        pull_request = get_object_or_404(self.queryset, pk=pk)
        if blocked := self.action.blocked_because(pull_request):
            messages.error(request, blocked)
            return redirect(pull_request.get_absolute_url())
        try:
            operation = self.ask(request, pull_request)
        except RQWorkerNotRunningException as problem:
            messages.error(request, str(problem.detail))
            return redirect(pull_request.get_absolute_url())
        except NeedsPerson as error:
            messages.error(request, error.message)
            return redirect(pull_request.get_absolute_url())
        said = format_html(gettext('Queued {}.'), operation)
        messages.success(request, said)
        return redirect(operation.get_absolute_url())


@register_model_view(PullRequest, 'compare')
class PullRequestCompareView(_PullRequestActionView):
    """Queues a dry run of the merge: what would change, and what clashes."""

    action = ComparePullRequest

    def ask(self, request: HttpRequest, pull_request: PullRequest) -> Any:
        options = {'branch': pull_request.branch, 'dry_run': True}
        return enqueue_merge(
            pull_request.fabric, options, request.user, TriggerTypeChoices.MANUAL, request.id
        )[1]


@register_model_view(PullRequest, 'merge')
class PullRequestMergeView(_PullRequestActionView):
    """Queues the merge into the fabric's branch."""

    action = MergePullRequest

    def ask(self, request: HttpRequest, pull_request: PullRequest) -> Any:
        options = {'branch': pull_request.branch}
        if prefer := request.POST.get('prefer'):
            options['prefer'] = prefer
        return enqueue_merge(
            pull_request.fabric, options, request.user, TriggerTypeChoices.MANUAL, request.id
        )[1]


@register_model_view(PullRequest, 'close')
class PullRequestCloseView(_PullRequestActionView):
    """Closes it without merging; its edits stay in NetBox as drafts."""

    action = ClosePullRequest

    def ask(self, request: HttpRequest, pull_request: PullRequest) -> Any:
        return enqueue_close(pull_request, request.user, TriggerTypeChoices.MANUAL)[1]
