"""The form that sets the secret of a repository's webhook; it never shows what is stored."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..sync.webhook_secrets import MIN_LENGTH

__all__ = ['WebhookSecretForm']


class WebhookSecretForm(forms.Form):
    """A secret of one's own, for hosts that make it; empty asks for a random one."""

    secret = forms.CharField(
        label=_('Secret'),
        required=False,
        strip=False,
        min_length=MIN_LENGTH,
        max_length=255,
        help_text=_('Leave empty, and NetBox makes a random one and shows it once.'),
        widget=forms.PasswordInput(
            render_value=False,
            attrs={'class': 'form-control', 'autocomplete': 'new-password'},
        ),
    )
