"""The History tab of a resource: versions, who set which field, and the way back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogResource
from ..sync.versions import DRAFT
from ..ui.code import diff_lines
from .going_back import Reader, ask_to_restore, may_push, reader

__all__ = ['ResourceHistoryView', 'ResourceRestoreView']

MAX_SHOWN = 200


@register_model_view(HedgehogResource, 'history', path='history')
class ResourceHistoryView(generic.ObjectView):
    """Every version of the object; two of them compared; every field with who set it."""

    queryset = HedgehogResource.objects.select_related('fabric__git_repository', 'sync_state')
    template_name = 'netbox_hedgehog/hedgehogresource_history.html'
    actions = ()
    tab = ViewTab(
        label=_('History'), permission='netbox_hedgehog.view_hedgehogresource', weight=500
    )

    def get_extra_context(self, request: HttpRequest, instance: HedgehogResource) -> dict[str, Any]:
        read = reader(instance.fabric)
        versions, problem = read(lambda found: found.resource_history(instance))
        blame, _problem = read(lambda found: found.blame(instance))
        versions = versions or []
        old, new = request.GET.get('from', ''), request.GET.get('to', '')
        if not old and len(versions) > 1:
            old, new = versions[1]['commit'], versions[0]['commit']
        difference, not_compared = _compared(read, instance, old, new) if old else (None, '')
        return {
            'versions': versions[:MAX_SHOWN],
            'more': max(len(versions) - MAX_SHOWN, 0),
            'blame': blame or [],
            'problem': problem or not_compared,
            'old': old,
            'new': new,
            'difference': difference,
            'diff_html': diff_lines(difference['text']) if difference else '',
            'draft': DRAFT,
            'may_restore': may_push(request, instance.fabric),
        }


@register_model_view(HedgehogResource, 'restore')
class ResourceRestoreView(BaseObjectView):
    """Asks for the object as a commit had it."""

    queryset = HedgehogResource.objects.select_related('fabric__git_repository')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_hedgehogresource'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        resource = get_object_or_404(self.queryset, pk=pk)
        if not may_push(request, resource.fabric):
            raise PermissionDenied
        options = {
            'resource': resource.identity,
            'to_commit': request.POST.get('commit', ''),
            'delete': 'delete' in request.POST,
        }
        operation = ask_to_restore(request, resource.fabric, options)
        return redirect((operation or resource).get_absolute_url())


def _compared(read: Reader, resource: HedgehogResource, old: str, new: str) -> tuple[Any, str]:
    return read(lambda found: found.resource_difference(resource, old, new))
