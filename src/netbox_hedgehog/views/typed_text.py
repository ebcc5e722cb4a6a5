"""What is asked about a text while it is typed: of which object it is, and for which fabric.

Nothing is saved, and nothing but the text is read from what the browser sends.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from netbox.views.generic.base import BaseObjectView

from ..forms.yaml_field import restore_line_ends
from ..models import HedgehogFabric, HedgehogResource
from ..sync.drafts import current_text

__all__ = ['TypedTextOfNewView', 'TypedTextView']


class TypedTextView(BaseObjectView):
    """Of an object there is."""

    queryset = HedgehogResource.objects.select_related('fabric', 'sync_state')
    http_method_names = ['post']
    answer: Callable[[HttpRequest, str, HedgehogResource, Any], HttpResponse]

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.change_hedgehogresource'

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        resource = get_object_or_404(self.queryset, pk=pk)
        text = restore_line_ends(request.POST.get('text', ''), current_text(resource))
        return self.answer(request, text, resource, resource.fabric)


class TypedTextOfNewView(TypedTextView):
    """Of an object that is being made; the kinds of the chosen fabric count."""

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.add_hedgehogresource'

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get('fabric', '')
        visible = HedgehogFabric.objects.restrict(request.user, 'view')
        fabric = visible.filter(pk=chosen).first() if chosen.isdecimal() else None
        text = restore_line_ends(request.POST.get('text', ''), '')
        return self.answer(request, text, HedgehogResource(), fabric)
