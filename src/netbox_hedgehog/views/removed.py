"""The Removed tab of a fabric: objects that are gone, who removed each, and its way back."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogFabric
from ..sync.versions import short_name
from ..tables import RemovedTable
from .git_tables import GitTableView
from .reading_git import operations_by_commit

__all__ = ['FabricRemovedView']


@register_model_view(HedgehogFabric, 'removed', path='removed')
class FabricRemovedView(GitTableView):
    """What the latest commits took out of managed/ and none of them put back."""

    table = RemovedTable
    searched = ('resource', 'name', 'path', 'who', 'author', 'subject', 'when')
    tab = ViewTab(label=_('Removed'), permission='netbox_hedgehog.view_hedgehogfabric', weight=547)

    def read(self, files: Any) -> list[dict[str, Any]]:
        return files.removed()

    def rows(
        self, request: HttpRequest, fabric: HedgehogFabric, found: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Each object with the operation that removed it, and the address that brings it back."""
        commits = {each['commit'] for each in found}
        operations = operations_by_commit(fabric, commits, request.user)
        restore = reverse('plugins:netbox_hedgehog:hedgehogfabric_restore', args=[fabric.pk])
        return [
            {
                **each,
                'name': short_name(each['resource']),
                'who': each['user'] or each['author'],
                'made_by': operations.get(each['commit']),
                'restore_url': f'{restore}?{urlencode({"commit": each["last_commit"]})}',
            }
            for each in found
        ]
