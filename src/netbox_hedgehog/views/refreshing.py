"""Lists that refresh themselves: often while operations run, now and then while none does.

A page asks a small question every few seconds: what runs now, and what is the newest? Only when
the answer is another one than before does it fetch its table anew, at the address it shows by then.
"""

import hashlib
from typing import Any

from django.db.models import Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from netbox.views.generic.base import BaseMultiObjectView
from utilities.htmx import htmx_partial
from utilities.views import register_model_view

from ..choices import OPEN_OPERATION_STATUSES
from ..models import HedgehogFabric, SyncOperation

__all__ = ['RefreshingList', 'RefreshingTab', 'RunningOperationsView']

# More of them make no difference to a list: it is fetched anew all the time.
LOOKED_AT = 100

PAGE = 'plugins:netbox_hedgehog:syncoperation_running'


class RefreshingList:
    """Makes the table of a list page follow the operations its reader may see."""

    template_name = 'netbox_hedgehog/object_list.html'

    def get_extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_extra_context(request), 'at_work': _at_work(request)}


class RefreshingTab:
    """The same for a tab of a fabric, which follows the operations of that fabric."""

    template_name = 'netbox_hedgehog/object_children.html'

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        at_work = _at_work(request, str(instance.pk))
        return {**super().get_extra_context(request, instance), 'at_work': at_work}


@register_model_view(SyncOperation, 'running', path='running', detail=False)
class RunningOperationsView(BaseMultiObjectView):
    """Answers what runs, and says `hh-changed` where that is not what the page has seen."""

    queryset = SyncOperation.objects.all()

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_syncoperation'

    def get(self, request: HttpRequest) -> HttpResponse:
        if not htmx_partial(request):
            return redirect('plugins:netbox_hedgehog:syncoperation_list')
        at_work = _at_work(request, request.GET.get('fabric_id', ''))
        response = render(request, 'netbox_hedgehog/inc/at_work.html', {'at_work': at_work})
        if at_work['seen'] != request.GET.get('seen', ''):
            response['HX-Trigger'] = 'hh-changed'
        return response


def _at_work(request: HttpRequest, fabric_id: str = '') -> dict[str, Any]:
    """What runs, for one fabric or for all: how many, and a word that changes with any of them.

    The newest counts also when it is over: it may have begun and ended since somebody looked.
    """
    if not request.user.has_perm('netbox_hedgehog.view_syncoperation'):
        return {'running': 0, 'seen': '', 'url': ''}
    rows = SyncOperation.objects.restrict(request.user, 'view')
    if fabric_id.isdecimal():
        rows = rows.filter(fabric_id=int(fabric_id))
    newest = rows.order_by('-pk').values('pk')[:1]
    told = rows.filter(Q(status__in=OPEN_OPERATION_STATUSES) | Q(pk=Subquery(newest)))
    states = list(told.order_by('-pk').values_list('pk', 'status', 'current_phase')[:LOOKED_AT])
    running = sum(status in OPEN_OPERATION_STATUSES for _, status, _ in states)
    seen = hashlib.sha256(repr(states).encode()).hexdigest()[:16]
    query = {'seen': seen, **({'fabric_id': fabric_id} if fabric_id else {})}
    return {'running': running, 'seen': seen, 'url': f'{reverse(PAGE)}?{urlencode(query)}'}
