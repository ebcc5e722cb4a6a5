"""What a model is for and what its fields mean: where NetBox's help button leads."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.views.generic import View
from utilities.views import ConditionalLoginRequiredMixin

from ..models import (
    Checkpoint,
    ConflictResolution,
    ErrorRecord,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    ResolutionPolicy,
    SyncOperation,
    YAMLDuplicateGroup,
)

__all__ = ['HelpView']

PAGES = {
    model._meta.model_name: model
    for model in (
        GitRepository,
        HedgehogFabric,
        HedgehogResource,
        SyncOperation,
        ConflictResolution,
        OutboxEntry,
        PullRequest,
        RawUpload,
        Checkpoint,
        YAMLDuplicateGroup,
        ResolutionPolicy,
        ErrorRecord,
    )
}


class HelpView(ConditionalLoginRequiredMixin, View):
    """Shows one page of help; it tells about models, never about objects."""

    def get(self, request: HttpRequest, model: str) -> HttpResponse:
        if model not in PAGES:
            raise Http404
        return render(
            request,
            'netbox_hedgehog/help.html',
            {
                'heading': capfirst(PAGES[model]._meta.verbose_name_plural),
                'text': render_to_string(f'netbox_hedgehog/help/{model}.md'),
                'pages': [_page(name, name == model) for name in PAGES],
            },
        )


def _page(name: str, active: bool) -> dict[str, Any]:
    return {
        'label': capfirst(PAGES[name]._meta.verbose_name_plural),
        'url': reverse('plugins:netbox_hedgehog:help', args=[name]),
        'active': active,
    }
