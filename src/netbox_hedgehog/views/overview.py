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

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_DUPLICATE_STATUSES,
    OPEN_OUTBOX_STATES,
    OperationStatusChoices,
)
from ..models import (
    ConflictResolution,
    ErrorRecord,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    SyncOperation,
    YAMLDuplicateGroup,
)
from ..object_actions import OnboardFabric
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
                'wizard': _wizard(request),
                'failed': _visible(request, SyncOperation, _failed_operations()),
            },
        )


def _wizard(request: HttpRequest) -> str:
    """Where a fabric is added step by step, for whoever may take all of the steps."""
    if not request.user.has_perms(OnboardFabric.needed):
        return ''
    return reverse('plugins:netbox_hedgehog:hedgehogfabric_onboard')


def _tiles(request: HttpRequest) -> list[dict[str, Any] | None]:
    return [
        _tile(request, HedgehogFabric, _('Fabrics'), 'lan'),
        _tile(request, HedgehogResource, _('Resources'), 'cube-outline'),
        _tile(request, GitRepository, _('Repositories'), 'git'),
        _tile(request, OutboxEntry, _('Unpublished edits'), 'tray-arrow-up', _UNPUBLISHED),
        _tile(request, ConflictResolution, _('Open conflicts'), 'source-merge', _OPEN_CONFLICTS),
        _tile(request, YAMLDuplicateGroup, _('Duplicates'), 'content-copy', _OPEN_DUPLICATES),
        _tile(request, ErrorRecord, _('Open errors'), 'file-alert-outline', _OPEN_ERRORS),
        _tile(request, SyncOperation, _('Failed operations'), 'alert-circle-outline', _FAILED),
    ]


# What is counted of the rows, and how their list is asked for the same.
_Wanted = tuple[dict[str, Any], dict[str, Any]]
_OPEN = {'open': 'true'}
_OPEN_CONFLICTS = ({'resolution_status__in': OPEN_CONFLICT_STATUSES}, _OPEN)
_UNPUBLISHED = ({'state__in': OPEN_OUTBOX_STATES}, _OPEN)
_OPEN_DUPLICATES = ({'resolution_status__in': OPEN_DUPLICATE_STATUSES}, _OPEN)
_OPEN_ERRORS = ({'resolved_at': None}, _OPEN)
_FAILED = ({'status': OperationStatusChoices.FAILED},) * 2


def _tile(
    request: HttpRequest,
    model: type[Model],
    label: str,
    icon: str,
    wanted: _Wanted = ({}, {}),
) -> dict[str, Any] | None:
    if not _may_view(request, model):
        return None
    filters, asked = wanted
    rows = model.objects.restrict(request.user, 'view').filter(**filters)
    address = reverse(f'plugins:netbox_hedgehog:{model._meta.model_name}_list')
    query = f'?{urlencode(asked)}' if asked else ''
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
