"""Near duplicates of all fabrics: what looks like one object and is two. Never settled."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from netbox.views.generic.base import BaseMultiObjectView
from netbox.views.generic.mixins import TableMixin
from utilities.htmx import htmx_partial

from .. import forms
from ..models import DuplicateScan, HedgehogFabric, YAMLDuplicateGroup
from ..tables import NearDuplicateTable
from ..ui.places import file_address

__all__ = ['NearDuplicatesView', 'near_rows']


class NearDuplicatesView(TableMixin, BaseMultiObjectView):
    """What the last search of each fabric found alike, as one list."""

    queryset = YAMLDuplicateGroup.objects.all()
    table = NearDuplicateTable

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_yamlduplicategroup'

    def get(self, request: HttpRequest) -> HttpResponse:
        fabrics = HedgehogFabric.objects.restrict(request.user, 'view')
        form = forms.NearFilterForm(request.GET, fabrics=fabrics)
        wanted = form.cleaned_data if form.is_valid() else {}
        scans = DuplicateScan.objects.filter(fabric__in=fabrics).select_related('fabric')
        if wanted.get('fabric_id'):
            scans = scans.filter(fabric=wanted['fabric_id'])
        scans = list(scans.order_by('fabric__name'))
        rows = [row for scan in scans for row in near_rows(scan) if _is_wanted(row, wanted)]
        table = self.get_table(rows, request, bulk_actions=False)
        if htmx_partial(request):
            return render(request, 'htmx/table.html', {'table': table})
        context = {
            'table': table,
            'form': form,
            'cut': [scan for scan in scans if scan.near_misses_total > len(scan.near_misses)],
        }
        return render(request, 'netbox_hedgehog/near_duplicates.html', context)


def near_rows(scan: DuplicateScan) -> list[dict[str, Any]]:
    """What was found alike in a fabric, each place with the page of its file."""
    return [
        {
            'fabric': scan.fabric,
            'nearness': miss['nearness'],
            'shown': forms.NEARNESS.get(miss['nearness'], miss['nearness']),
            'places': [
                {**place, 'url': _file_page(scan.fabric, place)} for place in miss['places']
            ],
        }
        for miss in scan.near_misses
    ]


def _file_page(fabric: HedgehogFabric, place: dict[str, Any]) -> str:
    path = place['spot'].rpartition('#')[0] or place['spot']
    return file_address(fabric, path)


def _is_wanted(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if wanted.get('nearness') and row['nearness'] != wanted['nearness']:
        return False
    words = (wanted.get('q') or '').lower()
    return not words or any(
        words in f'{place["spot"]} {place["name"]}'.lower() for place in row['places']
    )
