"""Pages of the outbox: edits that wait for Git, and what became of them."""

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
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.exceptions import RQWorkerNotRunningException
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..choices import OutboxActionChoices, TriggerTypeChoices
from ..jobs import enqueue_discard, enqueue_retry
from ..models import OutboxEntry
from ..object_actions import DiscardEdit, RetryEdit
from ..sync.outbox import Editor, outcome_text
from ..sync.waiting import NeedsPerson
from ..ui import panels
from ..ui.code import diff_lines, unified

__all__ = [
    'OutboxEntryDiscardView',
    'OutboxEntryListView',
    'OutboxEntryRetryView',
    'OutboxEntryView',
]


@register_model_view(OutboxEntry, 'list', path='', detail=False)
class OutboxEntryListView(generic.ObjectListView):
    queryset = OutboxEntry.objects.defer('base_text', 'new_text', 'new_state')
    filterset = filtersets.OutboxEntryFilterSet
    filterset_form = forms.OutboxEntryFilterForm
    table = tables.OutboxEntryTable
    actions = (BulkExport,)


@register_model_view(OutboxEntry)
class OutboxEntryView(generic.ObjectView):
    queryset = OutboxEntry.objects.select_related('fabric', 'resource')
    actions = (RetryEdit, DiscardEdit)
    layout = layout.SimpleLayout(
        left_panels=[panels.OutboxPanel()],
        right_panels=[panels.OutboxPublicationPanel()],
        bottom_panels=[panels.CodePanel('diff', title=_('What changes in Git'))],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url('plugins:netbox_hedgehog:outboxentry_list', 'fabric_id'),
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: OutboxEntry) -> dict[str, Any]:
        new = '' if instance.action == OutboxActionChoices.DELETE else outcome_text(instance)
        return {'diff': {'html': diff_lines(unified(instance.base_text, new)), 'note': ''}}


class _OutboxActionView(BaseObjectView):
    queryset = OutboxEntry.objects.select_related('fabric')
    action: Any = None
    # What is asked for: given the request or the row, returns the operation.
    ask: Any

    def get_required_permission(self) -> str:
        (permission,) = self.action.permissions_required
        return f'netbox_hedgehog.{permission}_outboxentry'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = get_object_or_404(self.queryset, pk=pk)
        try:
            operation = self.ask(entry, Editor(request.user, request.id))
        except NeedsPerson as error:
            messages.error(request, error.message)
        except RQWorkerNotRunningException as problem:
            messages.error(request, str(problem.detail))
        else:
            messages.success(request, format_html(gettext('Queued {}.'), operation))
        return redirect(entry.get_absolute_url())


@register_model_view(OutboxEntry, 'retry')
class OutboxEntryRetryView(_OutboxActionView):
    """Puts an edit that failed or was declined back in line."""

    action = RetryEdit

    def ask(self, entry: OutboxEntry, editor: Editor) -> Any:
        return enqueue_retry(entry, editor, TriggerTypeChoices.MANUAL)[1]


@register_model_view(OutboxEntry, 'discard')
class OutboxEntryDiscardView(_OutboxActionView):
    """Takes an edit back."""

    action = DiscardEdit

    def ask(self, entry: OutboxEntry, editor: Editor) -> Any:
        return enqueue_discard(entry, editor, TriggerTypeChoices.MANUAL)[1]
