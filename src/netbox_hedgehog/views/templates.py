"""The Templates tab of a fabric: the list, a template with its live preview, and rendering."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.views import ViewTab, register_model_view

from ..choices import TriggerTypeChoices
from ..forms.yaml_field import restore_line_ends
from ..jobs import enqueue_render
from ..models import HedgehogFabric, SyncOperation
from ..object_actions import RenderTemplates
from ..sync.template_making import refuse_taken
from ..sync.templates import EngineError, FabricTemplates, rows_of, templates_of
from ..ui.code import yaml_lines
from .asking import AskingView
from .content import changes_content, difference_content, findings_content

__all__ = ['FabricRenderView', 'FabricTemplatePreviewView', 'FabricTemplatesView']

# A page shows no more of a text, and of a list, than this.
MAX_TEXT = 200_000
MAX_OBJECTS = 500
MAX_VERSIONS = 50

_FABRICS = HedgehogFabric.objects.select_related('git_repository', 'sync_state')


@register_model_view(HedgehogFabric, 'templates', path='templates')
class FabricTemplatesView(generic.ObjectView):
    """Every template, or with `?name=` one with its text and what it makes."""

    queryset = _FABRICS
    actions = (RenderTemplates,)
    tab = ViewTab(
        label=_('Templates'), permission='netbox_hedgehog.view_hedgehogfabric', weight=555
    )

    def get_template_name(self) -> str:
        name = 'template' if self.request.GET.get('name') else 'templates'
        return f'netbox_hedgehog/hedgehogfabric_{name}.html'

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        name = request.GET.get('name', '')
        context: dict[str, Any] = {
            'waiting': 0,
            'may_render': RenderTemplates.is_permitted(request.user, instance),
            'blocked': RenderTemplates.blocked_because(instance),
            'problem': '',
            'name': name,
        }
        try:
            found = templates_of(instance)
            shown = _one(found, name, request.user) if name else found.listing()
        except EngineError as error:
            shown, context['problem'] = {'templates': [], 'template': None}, str(error)
        rows = shown.get('templates', ())
        context['waiting'] = sum(not (each['is_part'] or each['is_current']) for each in rows)
        return {**shown, **context}


@register_model_view(HedgehogFabric, 'template_preview', path='templates/preview')
class FabricTemplatePreviewView(BaseObjectView):
    """What a text makes while it is typed: YAML, findings, difference. Saves nothing."""

    queryset = _FABRICS
    http_method_names = ['post']

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.push_hedgehogfabric'

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        name = request.POST.get('edited', '') or request.POST.get('name', '')
        if not name:
            return render(request, _PREVIEW, {'problem': _('Give it a name to see what it makes.')})
        try:
            found = templates_of(fabric)
            stored = _stored(found, name, request.POST)
            text = restore_line_ends(request.POST.get('text', ''), stored['text'])
            texts = {} if text == stored['text'] else {stored['name']: text}
            plan = found.preview({'templates': [stored['name']]}, texts, request.user)
        except EngineError as error:
            return render(request, _PREVIEW, {'problem': str(error)})
        return render(request, _PREVIEW, _preview(plan, stored['path']) | {'problem': ''})


@register_model_view(HedgehogFabric, 'render', path='templates/render')
class FabricRenderView(AskingView):
    """Shows what rendering all templates, or one, would change, and asks for it."""

    queryset = _FABRICS
    action = RenderTemplates

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if not self.action.is_permitted(request.user, fabric):
            raise PermissionDenied
        options = _options(request.GET)
        context = {
            'object': fabric,
            'name': request.GET.get('name', ''),
            'clash': options.get('clash', 'merge'),
            'clash_rules': _CLASH_RULES,
            'removed': options.get('removed', 'follow'),
            'to_commit': options.get('to_commit', ''),
            'blocked': self.action.blocked_because(fabric),
            'problem': '',
        }
        try:
            plan = templates_of(fabric).preview(options, {}, request.user)
            context |= _preview(plan, '') | {'expected_commit': plan['base_commit']}
        except EngineError as error:
            context |= {'problem': str(error), 'changes': None}
        return render(request, 'netbox_hedgehog/hedgehogfabric_render.html', context)

    def ask(self, request: HttpRequest, instance: HedgehogFabric) -> SyncOperation:
        options, texts = _options(request.POST), {}
        if name := request.POST.get('edited', ''):
            stored = _stored(templates_of(instance), name, request.POST)
            text = restore_line_ends(request.POST.get('text', ''), stored['text'])
            texts, options['templates'] = {stored['name']: text}, [stored['name']]
            options['expected_versions'] = {stored['name']: request.POST.get('version', '')}
        manual = TriggerTypeChoices.MANUAL
        return enqueue_render(instance, options, request.user, manual, request.id, texts)[1]


_PREVIEW = 'netbox_hedgehog/template_preview.html'
_CLASH_RULES = (
    ('merge', _('A person decides')),
    ('ours', _('The template is right')),
    ('theirs', _('The hand is right')),
)


def _options(given: Any) -> dict[str, Any]:
    """What the form says, as an operation keeps it."""
    options: dict[str, Any] = {}
    if name := given.get('name', ''):
        options['templates'] = [name]
    if given.get('clash') in dict(_CLASH_RULES):
        options['clash'] = given['clash']
    if given.get('removed') in ('follow', 'hold'):
        options['removed'] = given['removed']
    if then := given.get('to_commit', ''):
        options['to_commit'] = then
    if expected := given.get('expected_commit', ''):
        options['expected_commit'] = expected
    return options


def _stored(found: FabricTemplates, name: str, given: Any) -> dict[str, Any]:
    """What Git has of a template that is edited, or nothing for one that is new."""
    if given.get('new'):
        refuse_taken(found, name)
        return found.stored(name)
    return found.one(name)


def _one(found: FabricTemplates, name: str, user: Any) -> dict[str, Any]:
    template = found.one(name)
    objects = template['objects'][:MAX_OBJECTS]
    rows = rows_of(found.fabric, objects, user)
    file = urlencode({'path': template['below']})
    return {
        'template': template,
        'commit': template['commit'],
        'objects': [{'key': key, 'row': rows.get(key)} for key in objects],
        'more': len(template['objects']) - len(objects),
        'file_query': file,
        'versions': found.versions(name, MAX_VERSIONS),
        'html': yaml_lines(template['text'][:MAX_TEXT]),
    }


def _preview(plan: dict[str, Any], path: str) -> dict[str, Any]:
    """What a page shows of a preview; lines of findings are those of the template at `path`."""
    lines = {True: set(), False: set()}
    for each in plan['findings']:
        if each.get('line') and each.get('file') == path:
            lines[each['severity'] == 'error'].add(each['line'])
    made = plan['rendered']
    return {
        'findings': findings_content(plan['findings']),
        'bad_lines': ','.join(map(str, sorted(lines[True]))),
        'told_lines': ','.join(map(str, sorted(lines[False] - lines[True]))),
        'rendered': [
            {'name': name, 'html': yaml_lines(text[:MAX_TEXT], anchor=f'R{number}-')}
            for number, (name, text) in enumerate(made.items())
            if text
        ],
        'reports': plan['reports'],
        'conflicts': plan['conflicts'],
        'changes': changes_content(plan),
        **difference_content(plan['diff'], MAX_TEXT),
    }
