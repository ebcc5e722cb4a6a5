"""The page that sets the secret of a repository's webhook; a secret NetBox made is shown once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from netbox.views.generic.base import BaseObjectView
from utilities.views import register_model_view

from .. import forms
from ..models import GitRepository
from ..sync.webhook_registration import EngineError, register_webhook
from ..sync.webhook_secrets import NeedsPerson, remove_secret, replace_secret

__all__ = ['GitRepositoryWebhookView', 'webhook_url']


def webhook_url(request: HttpRequest, repository: GitRepository) -> str:
    """Where the Git host has to send its deliveries."""
    path = reverse('plugins-api:netbox_hedgehog-api:webhook', args=[repository.uuid])
    return request.build_absolute_uri(path)


@register_model_view(GitRepository, 'webhook')
@method_decorator(never_cache, name='dispatch')
class GitRepositoryWebhookView(BaseObjectView):
    """Sets, makes or removes the secret."""

    queryset = GitRepository.objects.select_related('state')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.change_gitrepository'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        repository = get_object_or_404(self.queryset, pk=pk)
        return _page(request, repository, forms.WebhookSecretForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        repository = get_object_or_404(self.queryset, pk=pk)
        if '_remove' in request.POST:
            remove_secret(repository, request.user, request.id)
            messages.success(request, _('The secret was removed; no delivery is taken any more.'))
            return redirect(repository.get_absolute_url())
        if '_register' in request.POST:
            return _register(request, repository)
        form = forms.WebhookSecretForm(request.POST)
        if not form.is_valid():
            return _page(request, repository, form)
        return _set(request, repository, form)


def _register(request: HttpRequest, repository: GitRepository) -> HttpResponse:
    """Has the host take the address and a secret of its own; nothing has to be copied."""
    try:
        register_webhook(repository, webhook_url(request, repository), request.user, request.id)
    except EngineError as problem:
        messages.error(request, f'{problem.reason}: {problem}')
        return redirect(request.path)
    messages.success(request, _('The webhook is registered at the host, with a new secret.'))
    return redirect(repository.get_absolute_url())


def _set(
    request: HttpRequest, repository: GitRepository, form: forms.WebhookSecretForm
) -> HttpResponse:
    given = form.cleaned_data['secret']
    try:
        secret = replace_secret(repository, request.user, request.id, given)
    except NeedsPerson as problem:
        form.add_error('secret', str(problem))
        return _page(request, repository, form)
    if given:
        messages.success(request, _('The secret was stored.'))
        return redirect(repository.get_absolute_url())
    return _page(request, repository, forms.WebhookSecretForm(), new_secret=secret)


def _page(request: HttpRequest, repository: GitRepository, form: Any, **more: Any) -> HttpResponse:
    context = {
        'object': repository,
        'form': form,
        'webhook_url': webhook_url(request, repository),
        'new_secret': '',
        **more,
    }
    return render(request, 'netbox_hedgehog/webhook.html', context)
