"""Checks a text while it is typed: findings at their lines, and what it would change in Git.

Nothing is saved, and nothing but the text is read from what the browser sends.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from netbox.views.generic.base import BaseObjectView
from utilities.views import register_model_view

from ..forms.yaml_field import restore_line_ends
from ..models import HedgehogFabric, HedgehogResource
from ..sync.drafts import current_text, read_draft, text_diff
from ..ui.code import diff_lines
from .content import findings_content

__all__ = ['ResourceCheckView', 'ResourceNewCheckView']


class _CheckView(BaseObjectView):
    queryset = HedgehogResource.objects.select_related('fabric', 'sync_state')
    http_method_names = ['post']

    def answer(
        self, request: HttpRequest, text: str, resource: HedgehogResource, fabric: Any
    ) -> HttpResponse:
        known = resource if resource.pk else None
        reading = read_draft(text, known, fabric)
        lines = {each['line'] for each in reading.findings if each.get('line')}
        bad = {
            each['line']
            for each in reading.findings
            if each.get('line') and each['severity'] == 'error'
        }
        if not known:
            for field in ('api_group', 'kind', 'namespace', 'name'):
                setattr(resource, field, getattr(reading, field))
        diff = text_diff(resource, text) if reading.ok else ''
        context = {
            'findings': findings_content(reading.findings),
            'bad_lines': ','.join(map(str, sorted(bad))),
            'told_lines': ','.join(map(str, sorted(lines - bad))),
            'ok': reading.ok,
            'diff_html': diff_lines(diff) if diff else '',
        }
        return render(request, 'netbox_hedgehog/draft_check.html', context)


@register_model_view(HedgehogResource, 'check')
class ResourceCheckView(_CheckView):
    """Of an object there is."""

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.change_hedgehogresource'

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        resource = get_object_or_404(self.queryset, pk=pk)
        text = restore_line_ends(request.POST.get('text', ''), current_text(resource))
        return self.answer(request, text, resource, resource.fabric)


@register_model_view(HedgehogResource, 'check_new', path='check', detail=False)
class ResourceNewCheckView(_CheckView):
    """Of an object that is being made; the kinds of the chosen fabric count."""

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.add_hedgehogresource'

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get('fabric', '')
        visible = HedgehogFabric.objects.restrict(request.user, 'view')
        fabric = visible.filter(pk=chosen).first() if chosen.isdecimal() else None
        text = restore_line_ends(request.POST.get('text', ''), '')
        return self.answer(request, text, HedgehogResource(), fabric)
