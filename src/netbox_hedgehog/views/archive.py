"""The Archive tab of a fabric: every ingested original, in pages, searched, and its way back."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogFabric
from ..tables import OriginalTable
from ..ui.places import file_address
from .git_tables import GitTableView

__all__ = ['FabricArchiveView']


@register_model_view(HedgehogFabric, 'archive', path='archive')
class FabricArchiveView(GitTableView):
    """The originals of the fabric, as its archive log and its tree tell of them."""

    table = OriginalTable
    searched = ('file', 'archived', 'user', 'timestamp')
    tab = ViewTab(label=_('Archive'), permission='netbox_hedgehog.view_hedgehogfabric', weight=552)

    def read(self, files: Any) -> list[dict[str, Any]]:
        return files.originals()

    def rows(
        self, request: HttpRequest, fabric: HedgehogFabric, found: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Each original with the pages of both of its places."""
        return [
            {
                **each,
                'url': file_address(fabric, each['file']),
                'archived_url': file_address(fabric, each['archived'] or ''),
            }
            for each in found
        ]
