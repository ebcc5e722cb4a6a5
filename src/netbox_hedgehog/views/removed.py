"""The Removed tab of a fabric: objects that are gone, who removed each, and its way back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from netbox.views.generic.mixins import TableMixin
from utilities.htmx import htmx_partial
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogFabric, SyncOperation
from ..object_actions import RestoreFabric
from ..tables import RemovedTable
from .reading_git import reader

__all__ = ['FabricRemovedView']


@register_model_view(HedgehogFabric, 'removed', path='removed')
class FabricRemovedView(TableMixin, generic.ObjectView):
    """What the latest commits took out of managed/ and none of them put back."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
    template_name = 'netbox_hedgehog/hedgehogfabric_archive.html'
    table = RemovedTable
    actions = ()
    tab = ViewTab(label=_('Removed'), permission='netbox_hedgehog.view_hedgehogfabric', weight=547)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if htmx_partial(request):
            fabric = self.get_object(**kwargs)
            table = self.get_extra_context(request, fabric)['table']
            return render(request, 'htmx/table.html', {'table': table})
        return super().get(request, **kwargs)

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        found, problem = reader(instance)(lambda files: files.removed())
        words = request.GET.get('q', '').strip()
        rows = [row for row in _rows(instance, request, found or []) if _fits(row, words.lower())]
        table = self.get_table(rows, request, bulk_actions=False)
        may_restore = RestoreFabric.is_permitted(request.user, instance)
        if not may_restore:
            table.columns.hide('restore')
        return {'table': table, 'problem': problem, 'q': words, 'may_restore': may_restore}


def _rows(
    fabric: HedgehogFabric, request: HttpRequest, found: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    made = SyncOperation.objects.restrict(request.user, 'view').filter(
        fabric=fabric, commit_sha__in={each['commit'] for each in found}
    )
    operations = {each.commit_sha: each for each in made.defer('plan', 'findings', 'payload')}
    restore = reverse('plugins:netbox_hedgehog:hedgehogfabric_restore', args=[fabric.pk])
    return [
        {
            **each,
            'name': _name(each['resource']),
            'who': each['user'] or each['author'],
            'made_by': operations.get(each['commit']),
            'restore_url': f'{restore}?{urlencode({"commit": each["last_commit"]})}',
        }
        for each in found
    ]


def _name(identity: str) -> str:
    """Kind and name, and the namespace where it is not the usual one."""
    _group, kind, namespace, name = identity.split('/')
    return f'{kind}/{name}' if namespace == 'default' else f'{kind}/{namespace}/{name}'


def _fits(row: dict[str, Any], words: str) -> bool:
    told = (row['resource'], row['path'], row['who'], row['author'], row['subject'], row['when'])
    return any(words in (text or '').lower() for text in told)
