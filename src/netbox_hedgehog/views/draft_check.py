"""Checks a text while it is typed: findings at their lines, and what it would change in Git."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from utilities.views import register_model_view

from ..models import HedgehogResource
from ..sync.beside import told_beside
from ..sync.drafts import read_draft, text_diff
from ..ui.code import diff_lines
from ..ui.findings import marked_lines
from .content import findings_content
from .typed_text import TypedTextOfNewView, TypedTextView

__all__ = ['ResourceCheckView', 'ResourceNewCheckView']


class _Check:
    def answer(
        self, request: HttpRequest, text: str, resource: HedgehogResource, fabric: Any
    ) -> HttpResponse:
        known = resource if resource.pk else None
        reading = read_draft(text, known, fabric)
        beside = told_beside(fabric, text) if reading.ok else None
        findings = [*reading.findings, *(beside or ())]
        # Of another object it is not a line of this text.
        own = [each for each in findings if not each.get('file')]
        lines = marked_lines(own)
        bad = marked_lines(each for each in own if each['severity'] == 'error')
        if not known:
            for field in ('api_group', 'kind', 'namespace', 'name'):
                setattr(resource, field, getattr(reading, field))
        diff = text_diff(resource, text) if reading.ok else ''
        context = {
            'findings': findings_content(findings),
            'alone': beside is None,
            'bad_lines': ','.join(map(str, sorted(bad))),
            'told_lines': ','.join(map(str, sorted(lines - bad))),
            'ok': reading.ok,
            'diff_html': diff_lines(diff) if diff else '',
        }
        return render(request, 'netbox_hedgehog/draft_check.html', context)


@register_model_view(HedgehogResource, 'check')
class ResourceCheckView(_Check, TypedTextView):
    """Of an object there is."""


@register_model_view(HedgehogResource, 'check_new', path='check', detail=False)
class ResourceNewCheckView(_Check, TypedTextOfNewView):
    """Of an object that is being made."""
