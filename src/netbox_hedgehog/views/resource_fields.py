"""The Fields tab of the editor: a text as the form of its kind, and one field written into it.

Asked by `fields.js` for every change on either side; the answer is the text and the form of it.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from utilities.views import register_model_view

from ..models import HedgehogResource
from ..sync.field_edit import FieldEdit, add_key, remove_field, write_field
from ..sync.field_form import form_of, references_in
from ..sync.field_targets import names_of, target_of
from ..sync.own_kinds import known_kinds
from ..ui.fields import Picker, shown_fields
from .typed_text import TypedTextOfNewView, TypedTextView

__all__ = ['ResourceFieldsView', 'ResourceNewFieldsView']


class _Fields:
    def answer(
        self, request: HttpRequest, text: str, resource: HedgehogResource, fabric: Any
    ) -> HttpResponse:
        kinds = known_kinds(fabric)
        edit = _edit(request, text, kinds)
        form = form_of(edit.text, kinds, named=bool(resource.pk))
        visible = HedgehogResource.objects.restrict(request.user, 'view').filter(fabric=fabric)
        targets = [target_of(reference) for reference in references_in(form.fields)]
        names = names_of(targets, visible) if fabric is not None else {}
        pickers = {target: Picker(at, found) for at, (target, found) in enumerate(names.items())}
        context = {
            'form': form,
            'fields': shown_fields(form.fields, pickers),
            'pickers': list(pickers.values()),
        }
        html = render_to_string('netbox_hedgehog/resource_fields.html', context, request)
        return JsonResponse({'text': edit.text, 'refusal': edit.refusal, 'html': html})


def _edit(request: HttpRequest, text: str, kinds: Any) -> FieldEdit:
    address, value = request.POST.get('path', ''), request.POST.get('value', '')
    match request.POST.get('action', ''):
        case 'write':
            return write_field(text, address, value, kinds)
        case 'add':
            return add_key(text, address, value, kinds)
        case 'remove':
            return remove_field(text, address)
    return FieldEdit(text)


@register_model_view(HedgehogResource, 'fields')
class ResourceFieldsView(_Fields, TypedTextView):
    """Of an object there is."""


@register_model_view(HedgehogResource, 'fields_new', path='fields', detail=False)
class ResourceNewFieldsView(_Fields, TypedTextOfNewView):
    """Of an object that is being made."""
