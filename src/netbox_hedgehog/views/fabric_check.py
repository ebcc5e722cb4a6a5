"""Checking a fabric's files by a button: the answer comes below the status, or on its own page."""

from typing import Any

from django.http import HttpRequest
from netbox.views import generic
from utilities.htmx import htmx_partial
from utilities.views import register_model_view

from ..models import HedgehogFabric
from ..sync.checking import Asked, check_files
from ..sync.versions import EngineError
from .content import findings_content

__all__ = ['FabricCheckView']


@register_model_view(HedgehogFabric, 'check_files', path='check')
class FabricCheckView(generic.ObjectView):
    """What is wrong with the files as of the last synchronisation; `validate/` says the same."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
    actions = ()

    def get_template_name(self) -> str:
        part = htmx_partial(self.request)
        return f'netbox_hedgehog/{"inc/fabric_check" if part else "hedgehogfabric_check"}.html'

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        try:
            found = check_files(instance, Asked())
        except EngineError as error:
            return {'problem': str(error), 'checked': None, 'findings': None}
        return {
            'problem': '',
            'checked': found,
            'findings': findings_content(found['findings'], fabric=instance),
        }
