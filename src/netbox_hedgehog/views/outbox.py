"""Pages of the outbox: edits that wait for Git, and what became of them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..choices import OutboxActionChoices, TriggerTypeChoices
from ..jobs import enqueue_discard, enqueue_retry
from ..models import OutboxEntry, SyncOperation
from ..object_actions import DiscardEdit, RetryEdit
from ..sync.outbox import Editor, outcome_text
from ..ui import panels
from ..ui.code import diff_lines, unified
from .asking import AskingView
from .refreshing import RefreshingList

__all__ = [
    'OutboxEntryDiscardView',
    'OutboxEntryListView',
    'OutboxEntryRetryView',
    'OutboxEntryView',
]


@register_model_view(OutboxEntry, 'list', path='', detail=False)
class OutboxEntryListView(RefreshingList, generic.ObjectListView):
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


class _OutboxActionView(AskingView):
    """Queues what becomes of an edit and goes back to it."""

    queryset = OutboxEntry.objects.select_related('fabric')

    def next_url(self, request: HttpRequest, instance: Any, operation: Any) -> str:
        return str(instance.get_absolute_url())


@register_model_view(OutboxEntry, 'retry')
class OutboxEntryRetryView(_OutboxActionView):
    """Puts an edit that failed or was declined back in line."""

    action = RetryEdit

    def ask(self, request: HttpRequest, instance: OutboxEntry) -> SyncOperation:
        editor = Editor(request.user, request.id)
        return enqueue_retry(instance, editor, TriggerTypeChoices.MANUAL)[1]


@register_model_view(OutboxEntry, 'discard')
class OutboxEntryDiscardView(_OutboxActionView):
    """Takes an edit back."""

    action = DiscardEdit

    def ask(self, request: HttpRequest, instance: OutboxEntry) -> SyncOperation:
        editor = Editor(request.user, request.id)
        return enqueue_discard(instance, editor, TriggerTypeChoices.MANUAL)[1]
