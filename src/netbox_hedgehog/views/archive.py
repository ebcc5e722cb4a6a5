"""The Archive tab of a fabric: every ingested original, in pages, searched, and its way back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from netbox.views.generic.mixins import TableMixin
from utilities.htmx import htmx_partial
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogFabric
from ..object_actions import RestoreFabric
from ..tables import OriginalTable
from ..ui.places import file_address
from .reading_git import reader

__all__ = ['FabricArchiveView']


@register_model_view(HedgehogFabric, 'archive', path='archive')
class FabricArchiveView(TableMixin, generic.ObjectView):
    """The originals of the fabric, as its archive log and its tree tell of them."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
    template_name = 'netbox_hedgehog/hedgehogfabric_archive.html'
    table = OriginalTable
    actions = ()
    tab = ViewTab(label=_('Archive'), permission='netbox_hedgehog.view_hedgehogfabric', weight=552)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if htmx_partial(request):
            fabric = self.get_object(**kwargs)
            table = self.get_extra_context(request, fabric)['table']
            return render(request, 'htmx/table.html', {'table': table})
        return super().get(request, **kwargs)

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        found, problem = reader(instance)(lambda files: files.originals())
        words = request.GET.get('q', '').strip()
        rows = [_row(instance, each) for each in found or [] if _is_wanted(each, words.lower())]
        table = self.get_table(rows, request, bulk_actions=False)
        may_restore = RestoreFabric.is_permitted(request.user, instance)
        if not may_restore:
            table.columns.hide('restore')
        return {'table': table, 'problem': problem, 'q': words, 'may_restore': may_restore}


def _row(fabric: HedgehogFabric, original: dict[str, Any]) -> dict[str, Any]:
    """What the table shows of one original, with the pages of both of its places."""
    archived = original['archived'] or ''
    return {
        **original,
        'url': file_address(fabric, original['file']),
        'archived_url': file_address(fabric, archived),
    }


def _is_wanted(original: dict[str, Any], words: str) -> bool:
    told = (original['file'], original['archived'], original['user'], original['timestamp'])
    return not words or any(words in (text or '').lower() for text in told)
