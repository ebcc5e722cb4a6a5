"""The History tab of a resource: versions, who set which field, and the way back."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from ..choices import TriggerTypeChoices
from ..jobs import enqueue_restore
from ..models import HedgehogFabric, HedgehogResource, SyncOperation
from ..object_actions import RestoreObject
from ..sync.links import commit_page
from ..sync.versions import DRAFT
from ..ui.code import diff_lines
from ..ui.places import file_address
from .asking import AskingView
from .reading_git import Reader, reader

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
            'blame': [_linked(instance.fabric, each) for each in blame or []],
            'problem': problem or not_compared,
            'old': old,
            'new': new,
            'difference': difference,
            'diff_html': diff_lines(difference['text']) if difference else '',
            'draft': DRAFT,
            'may_restore': RestoreObject.is_permitted(request.user, instance),
        }


@register_model_view(HedgehogResource, 'restore')
class ResourceRestoreView(AskingView):
    """Asks for the object as a commit had it."""

    queryset = HedgehogResource.objects.select_related('fabric__git_repository')
    action = RestoreObject

    def ask(self, request: HttpRequest, instance: HedgehogResource) -> SyncOperation:
        options = {
            'resource': instance.identity,
            'to_commit': request.POST.get('commit', ''),
            'delete': 'delete' in request.POST,
        }
        manual = TriggerTypeChoices.MANUAL
        return enqueue_restore(instance.fabric, options, request.user, manual, request.id)[1]


def _linked(fabric: HedgehogFabric, field: dict[str, Any]) -> dict[str, Any]:
    """A field with the page of its line, and its commit's page at the host."""
    path = field['path']
    return {
        **field,
        'line_url': file_address(fabric, path, field['line']) if path else '',
        'commit_url': commit_page(fabric.git_repository, field['commit']),
    }


def _compared(read: Reader, resource: HedgehogResource, old: str, new: str) -> tuple[Any, str]:
    return read(lambda found: found.resource_difference(resource, old, new))
