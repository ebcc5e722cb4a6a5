"""Pages of errors: what was met and is open, and how often over time. Nobody edits them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from netbox.views.generic.base import BaseMultiObjectView
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..choices import ErrorCategoryChoices, ErrorRecoveryChoices, ErrorSeverityChoices
from ..models import ErrorRecord, SyncOperation
from ..object_actions import ErrorStatistics
from ..sync.error_statistics import DEFAULT_WINDOW, WINDOWS, statistics
from ..ui.error_panels import ErrorPanel, ErrorTimesPanel

__all__ = ['ErrorRecordListView', 'ErrorRecordView', 'ErrorStatisticsView']

_WORDS = {
    'category': dict(ErrorCategoryChoices),
    'severity': dict(ErrorSeverityChoices),
    'recovery': dict(ErrorRecoveryChoices),
}


@register_model_view(ErrorRecord, 'list', path='', detail=False)
class ErrorRecordListView(generic.ObjectListView):
    queryset = ErrorRecord.objects.all()
    filterset = filtersets.ErrorRecordFilterSet
    filterset_form = forms.ErrorRecordFilterForm
    table = tables.ErrorRecordTable
    actions = (ErrorStatistics, BulkExport)


@register_model_view(ErrorRecord)
class ErrorRecordView(generic.ObjectView):
    queryset = ErrorRecord.objects.select_related('fabric', 'operation')
    actions = ()
    layout = layout.SimpleLayout(
        left_panels=[ErrorPanel()],
        right_panels=[ErrorTimesPanel()],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url('plugins:netbox_hedgehog:errorrecord_list', 'fabric_id'),
            ),
        ],
    )


@register_model_view(ErrorRecord, 'statistics', path='statistics', detail=False)
class ErrorStatisticsView(BaseMultiObjectView):
    """Counts over a window: by reason, path and fabric, each leading to the list behind it."""

    queryset = ErrorRecord.objects.all()

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_errorrecord'

    def get(self, request: HttpRequest) -> HttpResponse:
        name = request.GET.get('window', DEFAULT_WINDOW)
        name = name if name in WINDOWS else DEFAULT_WINDOW
        operations = SyncOperation.objects.restrict(request.user, 'view')
        counted = statistics(self.queryset, operations, name, timezone.now())
        since = counted['since'].isoformat()
        return render(
            request,
            'netbox_hedgehog/error_statistics.html',
            {
                'counted': counted,
                'windows': [{'name': each, 'active': each == name} for each in WINDOWS],
                'groups': _groups(counted, since),
                'trend': _bars(counted['trend']),
            },
        )


def _groups(counted: dict[str, Any], since: str) -> list[dict[str, Any]]:
    groups = [
        _group(_('By reason'), counted['by_reason'], 'reason', 'reason', since),
        _group(_('By path'), counted['by_path'], 'path', 'path', since),
        _group(_('By fabric'), counted['by_fabric'], 'name', 'fabric_id', since, key='fabric'),
    ]
    for part, title in (
        ('category', _('By category')),
        ('severity', _('By severity')),
        ('recovery', _('By recovery')),
    ):
        rows = [{**row, 'shown': _WORDS[part][row['word']]} for row in counted[f'by_{part}']]
        groups.append(_group(title, rows, 'shown', part, since, key='word'))
    return groups


def _group(
    title: str, rows: list[dict[str, Any]], label: str, asked: str, since: str, key: str = ''
) -> dict[str, Any]:
    address = reverse('plugins:netbox_hedgehog:errorrecord_list')

    def url(row: dict[str, Any]) -> str:
        return f'{address}?{urlencode({asked: row[key or label], "last_seen__gte": since})}'

    return {
        'title': title,
        'rows': [{**row, 'label': row[label], 'url': url(row)} for row in rows],
    }


def _bars(trend: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points of the trend with the length of their bars in per cent of the largest."""
    most = max((max(point['new'], point['resolved']) for point in trend), default=0)
    return [
        {
            **point,
            'new_share': round(100 * point['new'] / most),
            'resolved_share': round(100 * point['resolved'] / most),
        }
        for point in trend
    ]
