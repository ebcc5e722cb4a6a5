"""A new template in the page: of chosen objects, of one that ships, or from nothing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from netbox.views.generic.base import BaseMultiObjectView, BaseObjectView
from utilities.views import GetReturnURLMixin, register_model_view

from ..models import HedgehogFabric, HedgehogResource
from ..object_actions import RenderTemplates
from ..sync.template_making import fields_to_vary, proposed_text, ready_templates
from ..sync.templates import EngineError, templates_of
from .content import shown_value

__all__ = ['FabricNewTemplateView', 'ResourceBulkTemplateView']

_FABRICS = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
# A template of more objects than this is better written as a loop.
MAX_OBJECTS = 100


@register_model_view(HedgehogFabric, 'template_new', path='templates/new')
class FabricNewTemplateView(BaseObjectView):
    """Proposes a text to begin with; saving it is rendering it."""

    queryset = _FABRICS

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.push_hedgehogfabric'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        ready = request.GET.get('ready', '')
        return _page(request, fabric, (), {}, ready)


@register_model_view(HedgehogResource, 'bulk_template', path='template', detail=False)
class ResourceBulkTemplateView(GetReturnURLMixin, BaseMultiObjectView):
    """A template of the selected objects; the fields that are named become variables."""

    queryset = HedgehogResource.objects.select_related('fabric', 'sync_state')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_hedgehogresource'

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.get_return_url(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = [pk for pk in request.POST.getlist('pk') if pk.isdecimal()]
        resources = list(self.queryset.filter(pk__in=wanted).order_by('kind', 'name', 'pk'))
        fabrics = {each.fabric_id for each in resources}
        problem = _wrong_choice(len(resources), len(fabrics))
        if problem:
            messages.warning(request, problem)
            return redirect(self.get_return_url(request))
        fabric = get_object_or_404(_FABRICS.restrict(request.user, 'view'), pk=fabrics.pop())
        if not RenderTemplates.is_permitted(request.user, fabric):
            raise PermissionDenied
        fields, named = request.POST.getlist('field'), request.POST.getlist('variable')
        pairs = zip(fields, map(str.strip, named), strict=False)
        variables = {name: field for field, name in pairs if name}
        return _page(request, fabric, resources, variables, '')


def _wrong_choice(objects: int, fabrics: int) -> str:
    if not objects:
        return _('No object was selected.')
    if objects > MAX_OBJECTS:
        return _('A template is made of at most {most} objects.').format(most=MAX_OBJECTS)
    if fabrics > 1:
        return _('The objects of a template are of one fabric; these are of several.')
    return ''


def _page(
    request: HttpRequest,
    fabric: HedgehogFabric,
    resources: Any,
    variables: dict[str, str],
    ready: str,
) -> HttpResponse:
    named = {field: name for name, field in variables.items()}
    context: dict[str, Any] = {
        'object': fabric,
        'fabric': fabric,
        'resources': resources,
        'fields': [
            {**each, 'value': shown_value(each['value']), 'name': named.get(each['field'], '')}
            for each in fields_to_vary(resources)
        ],
        'ready': ready,
        'ready_templates': ready_templates(),
        'name': f'{ready}.yaml.j2' if ready else request.POST.get('name', ''),
        'text': '',
        'problem': '',
        'blocked': RenderTemplates.blocked_because(fabric),
        'templates_url': reverse(
            'plugins:netbox_hedgehog:hedgehogfabric_templates', args=[fabric.pk]
        ),
    }
    try:
        context['text'] = proposed_text(templates_of(fabric), resources, variables, ready)
    except EngineError as error:
        context['problem'] = str(error)
    return render(request, 'netbox_hedgehog/template_new.html', context)
