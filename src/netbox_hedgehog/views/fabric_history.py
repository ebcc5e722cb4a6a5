"""The History tab of a fabric, and the page that shows what going back to a commit would change."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from ..choices import TriggerTypeChoices
from ..jobs import enqueue_restore
from ..models import HedgehogFabric, SyncOperation
from ..object_actions import RestoreFabric
from .asking import AskingView
from .content import changes_content, difference_content, findings_content
from .reading_git import operations_by_commit, reader

__all__ = ['FabricHistoryView', 'FabricRestoreView']

MAX_SHOWN = 200
# A page shows no more of a difference than this.
MAX_DIFF = 200_000


@register_model_view(HedgehogFabric, 'history', path='history')
class FabricHistoryView(generic.ObjectView):
    """Every commit that touched the fabric's directory, the newest first."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
    template_name = 'netbox_hedgehog/hedgehogfabric_history.html'
    actions = ()
    tab = ViewTab(label=_('History'), permission='netbox_hedgehog.view_hedgehogfabric', weight=545)

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        commits, problem = reader(instance)(lambda found: found.history(limit=MAX_SHOWN + 1))
        commits = commits or []
        shown = commits[:MAX_SHOWN]
        ids = [each['commit'] for each in shown]
        operations = operations_by_commit(instance, ids, request.user)
        return {
            'commits': [{**each, 'made_by': operations.get(each['commit'])} for each in shown],
            'more': len(commits) > MAX_SHOWN,
            'problem': problem,
            'may_restore': RestoreFabric.is_permitted(request.user, instance),
        }


@register_model_view(HedgehogFabric, 'restore')
class FabricRestoreView(AskingView):
    """Shows what going back would change, and asks for it: all, one object, file or original."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
    action = RestoreFabric

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        commit = request.GET.get('commit', '')
        if not commit:
            return redirect(fabric.get_absolute_url())
        if not self.action.is_permitted(request.user, fabric):
            raise PermissionDenied
        options = {'to_commit': commit}
        plan, problem = reader(fabric)(lambda found: found.preview_restore(options, request.user))
        if problem:
            messages.error(request, problem)
            return redirect(fabric.get_absolute_url())
        return render(
            request, 'netbox_hedgehog/hedgehogfabric_restore.html', _preview(fabric, commit, plan)
        )

    def ask(self, request: HttpRequest, instance: HedgehogFabric) -> SyncOperation:
        # A row of a table says which object by its button, and the commit in the address.
        said = {**request.GET.dict(), **request.POST.dict()}
        given = {name: said.get(field, '') for name, field in _ASKED.items()}
        options = {name: value for name, value in given.items() if value}
        manual = TriggerTypeChoices.MANUAL
        return enqueue_restore(instance, options, request.user, manual, request.id)[1]


# What the form may say, by the name it has in a request to restore.
_ASKED = {
    'path': 'path',
    'resource': 'resource',
    'original': 'original',
    'to_commit': 'commit',
    'expected_commit': 'expected_commit',
}


def _preview(fabric: HedgehogFabric, commit: str, plan: dict[str, Any]) -> dict[str, Any]:
    return {
        'object': fabric,
        'commit': commit,
        'expected_commit': plan['base_commit'],
        'blocked': RestoreFabric.blocked_because(fabric),
        'changes': changes_content(plan),
        'findings': findings_content(plan['findings']),
        **difference_content(plan['diff'], MAX_DIFF),
    }
