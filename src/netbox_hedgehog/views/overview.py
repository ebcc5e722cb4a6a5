"""The first page: how many of what, how each fabric stands, and what waits for a person."""

from typing import Any

from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View
from utilities.query import count_related
from utilities.views import ConditionalLoginRequiredMixin

from ..choices import OPEN_CONFLICT_STATUSES, OPEN_OUTBOX_STATES, OperationStatusChoices
from ..models import (
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    SyncOperation,
)
from ..ui.kinds import list_page
from ..ui.status import shown_statuses

__all__ = ['OverviewView']

SHOWN = 10


class OverviewView(ConditionalLoginRequiredMixin, View):
    """Counts and lists only what the user may see; a section without permission is left out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            'netbox_hedgehog/overview.html',
            {
                'tiles': [tile for tile in _tiles(request) if tile],
                'fabrics': _fabrics(request),
                'kinds': _kinds(request),
                'conflicts': _visible(request, ConflictResolution, _open_conflicts()),
                'failed': _visible(request, SyncOperation, _failed_operations()),
            },
        )


def _tiles(request: HttpRequest) -> list[dict[str, Any] | None]:
    return [
        _tile(request, HedgehogFabric, _('Fabrics'), 'lan'),
        _tile(request, HedgehogResource, _('Resources'), 'cube-outline'),
        _tile(request, GitRepository, _('Repositories'), 'git'),
        _tile(request, ConflictResolution, _('Open conflicts'), 'source-merge', _OPEN_CONFLICTS),
        _tile(request, OutboxEntry, _('Unpublished edits'), 'tray-arrow-up', _UNPUBLISHED),
        _tile(request, SyncOperation, _('Failed operations'), 'alert-circle-outline', _FAILED),
    ]


_OPEN_CONFLICTS = {'resolution_status': OPEN_CONFLICT_STATUSES}
_UNPUBLISHED = {'state': OPEN_OUTBOX_STATES}
_FAILED = {'status': (OperationStatusChoices.FAILED,)}


def _tile(
    request: HttpRequest,
    model: type[Model],
    label: str,
    icon: str,
    wanted: dict[str, tuple[str, ...]] | None = None,
) -> dict[str, Any] | None:
    if not _may_view(request, model):
        return None
    rows = model.objects.restrict(request.user, 'view')
    for field, values in (wanted or {}).items():
        rows = rows.filter(**{f'{field}__in': values})
    address = reverse(f'plugins:netbox_hedgehog:{model._meta.model_name}_list')
    query = f'?{urlencode(wanted, doseq=True)}' if wanted else ''
    return {'label': label, 'icon': icon, 'count': rows.count(), 'url': f'{address}{query}'}


def _fabrics(request: HttpRequest) -> list[dict[str, Any]] | None:
    if not _may_view(request, HedgehogFabric):
        return None
    rows = (
        HedgehogFabric.objects.restrict(request.user, 'view')
        .select_related('git_repository__state', 'sync_state')
        .annotate(resource_count=count_related(HedgehogResource, 'fabric'))
    )
    shown = zip(rows, shown_statuses(rows), strict=True)
    return [{'fabric': fabric, 'status': status} for fabric, status in shown]


def _kinds(request: HttpRequest) -> list[dict[str, Any]] | None:
    if not _may_view(request, HedgehogResource):
        return None
    rows = HedgehogResource.objects.restrict(request.user, 'view').order_by('kind')
    counted = rows.values('kind').annotate(count=Count('pk'))
    return [{**row, 'url': list_page(row['kind'])} for row in counted]


def _open_conflicts() -> QuerySet[ConflictResolution]:
    rows = ConflictResolution.objects.filter(resolution_status__in=OPEN_CONFLICT_STATUSES)
    return rows.select_related('fabric')


def _failed_operations() -> QuerySet[SyncOperation]:
    rows = SyncOperation.objects.filter(status=OperationStatusChoices.FAILED)
    return rows.select_related('fabric').defer('plan', 'findings', 'payload')


def _visible(request: HttpRequest, model: type[Model], rows: QuerySet[Any]) -> list[Any] | None:
    if not _may_view(request, model):
        return None
    return list(rows.restrict(request.user, 'view')[:SHOWN])


def _may_view(request: HttpRequest, model: type[Model]) -> bool:
    return request.user.has_perm(f'netbox_hedgehog.view_{model._meta.model_name}')
