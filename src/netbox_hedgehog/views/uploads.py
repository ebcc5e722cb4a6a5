"""Pages of uploads: handing files over for raw/, and what became of each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.exceptions import RQWorkerNotRunningException
from utilities.views import GetReturnURLMixin, register_model_view

from .. import filtersets, forms, tables
from ..choices import TriggerTypeChoices
from ..jobs import enqueue_upload
from ..models import HedgehogFabric, RawUpload
from ..object_actions import TakeBackUpload, UploadFiles
from ..sync.outbox import Editor
from ..ui import panels
from ..ui.code import yaml_lines
from .refreshing import RefreshingList

__all__ = ['FabricUploadView', 'RawUploadDeleteView', 'RawUploadListView', 'RawUploadView']

# What a page shows of a file that waits.
SHOWN_BYTES = 100_000


@register_model_view(RawUpload, 'list', path='', detail=False)
class RawUploadListView(RefreshingList, generic.ObjectListView):
    queryset = RawUpload.objects.defer('content')
    filterset = filtersets.RawUploadFilterSet
    filterset_form = forms.RawUploadFilterForm
    table = tables.RawUploadTable
    actions = (BulkExport,)


@register_model_view(RawUpload)
class RawUploadView(generic.ObjectView):
    queryset = RawUpload.objects.select_related('fabric', 'sync_operation')
    actions = (TakeBackUpload,)
    layout = layout.SimpleLayout(
        left_panels=[panels.UploadPanel()],
        right_panels=[panels.UploadProgressPanel()],
        bottom_panels=[panels.CodePanel('text', title=_('What waits'))],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url('plugins:netbox_hedgehog:rawupload_list', 'fabric_id'),
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: RawUpload) -> dict[str, Any]:
        if instance.content is None:
            return {'text': None}
        shown = bytes(instance.content[:SHOWN_BYTES])
        note = _('The beginning of the file.') if instance.size > len(shown) else ''
        return {'text': {'html': yaml_lines(shown.decode('utf-8', 'replace')), 'note': note}}


@register_model_view(RawUpload, 'delete')
class RawUploadDeleteView(generic.ObjectDeleteView):
    """Takes back a file that waits."""

    queryset = RawUpload.objects.defer('content')


@register_model_view(HedgehogFabric, 'upload')
class FabricUploadView(GetReturnURLMixin, BaseObjectView):
    """The form for files and pasted text; what it takes is kept and queued, nothing waits."""

    queryset = HedgehogFabric.objects.select_related('git_repository')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.ingest_hedgehogfabric'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if blocked := UploadFiles.blocked_because(fabric):
            messages.error(request, blocked)
            return redirect(fabric.get_absolute_url())
        return self._shown(request, fabric, forms.UploadForm(fabric=fabric))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if blocked := UploadFiles.blocked_because(fabric):
            messages.error(request, blocked)
            return redirect(fabric.get_absolute_url())
        form = forms.UploadForm(request.POST, request.FILES, fabric=fabric)
        if not form.is_valid() or not _kept(request, fabric, form):
            return self._shown(request, fabric, form)
        return redirect(self.get_return_url(request, fabric))

    def _shown(
        self, request: HttpRequest, fabric: HedgehogFabric, form: forms.UploadForm
    ) -> HttpResponse:
        back = self.get_return_url(request, fabric)
        context = {'object': fabric, 'form': form, 'return_url': back}
        return render(request, 'netbox_hedgehog/upload.html', context)


def _kept(request: HttpRequest, fabric: HedgehogFabric, form: forms.UploadForm) -> bool:
    editor = Editor(request.user, request.id, form.cleaned_data['message'])
    try:
        _job, operation, uploads = enqueue_upload(
            fabric, form.dropped, editor, TriggerTypeChoices.MANUAL
        )
    except RQWorkerNotRunningException as problem:
        form.add_error(None, str(problem.detail))
        return False
    said = format_html(
        ngettext(
            'Took one file; its findings will be on {operation}.',
            'Took {count} files; their findings will be on {operation}.',
            len(uploads),
        ),
        count=len(uploads),
        operation=format_html('<a href="{}">{}</a>', operation.get_absolute_url(), operation),
    )
    messages.success(request, said)
    return True
