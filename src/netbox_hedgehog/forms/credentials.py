"""The part of the repository form that takes a credential in and never gives one out.

What was typed is sealed at once; an input is always empty when the page is shown. The form never
asks the server while somebody types: a half-typed secret must not stand in a URL or a log.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from utilities.forms.rendering import FieldSet

from ..choices import AuthenticationTypeChoices, CredentialSourceChoices
from ..models import GitRepository
from ..sync.credentials import NeedsPerson, open_sealed, seal

__all__ = ['CREDENTIAL_FIELDSETS', 'CredentialFormMixin']

# Which inputs belong to which way of signing in, and what each part is called when sealed.
PARTS = {
    AuthenticationTypeChoices.TOKEN: {'credential_token': 'token'},
    AuthenticationTypeChoices.BASIC: {
        'credential_username': 'username',
        'credential_password': 'password',
    },
    AuthenticationTypeChoices.SSH_KEY: {
        'credential_private_key': 'private_key',
        'credential_known_hosts': 'known_hosts',
    },
    AuthenticationTypeChoices.GITHUB_APP: {
        'credential_app_id': 'app_id',
        'credential_installation_id': 'installation_id',
        'credential_app_key': 'private_key',
    },
}

CREDENTIAL_FIELDSETS = (
    FieldSet('credential_reference', name=_('Where it is'), html_id='hh-credential-reference'),
    FieldSet('credential_token', name=_('Token'), html_id='hh-credential-token'),
    FieldSet(
        'credential_username',
        'credential_password',
        name=_('User name and password'),
        html_id='hh-credential-basic',
    ),
    FieldSet(
        'credential_private_key',
        'credential_known_hosts',
        name=_('SSH key'),
        html_id='hh-credential-ssh_key',
    ),
    FieldSet(
        'credential_app_id',
        'credential_installation_id',
        'credential_app_key',
        name=_('GitHub App'),
        html_id='hh-credential-github_app',
    ),
    FieldSet('clear_credential', name=_('Stored credential'), html_id='hh-credential-stored'),
)

KEEPS = _('Leave empty to keep what is stored.')


def _plain(label: str, help_text: str = KEEPS) -> forms.CharField:
    widget = forms.TextInput(attrs={'autocomplete': 'off'})
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


def _key(label: str, help_text: str = KEEPS) -> forms.CharField:
    look = {'rows': 6, 'class': 'font-monospace', 'autocomplete': 'off', 'wrap': 'off'}
    widget = forms.Textarea(attrs=look)
    return forms.CharField(
        label=label, required=False, strip=False, help_text=help_text, widget=widget
    )


def _secret(label: str, **kwargs: Any) -> forms.CharField:
    widget = forms.PasswordInput(render_value=False, attrs={'autocomplete': 'new-password'})
    return forms.CharField(label=label, required=False, strip=False, widget=widget, **kwargs)


class CredentialFormMixin(forms.Form):
    """Inputs for a credential, and what becomes of them when the form is saved."""

    credential_token = _secret(_('Token'), help_text=KEEPS)
    credential_username = _plain(_('User name'))
    credential_password = _secret(_('Password'), help_text=KEEPS)
    credential_private_key = _key(_('Private key'))
    credential_known_hosts = forms.CharField(
        label=_('Known hosts'),
        required=False,
        help_text=_(
            "The server's host keys, as in a known_hosts file. Leave empty to keep what is stored."
        ),
        widget=forms.Textarea(attrs={'rows': 3, 'class': 'font-monospace', 'wrap': 'off'}),
    )
    credential_app_id = _plain(_('App ID'))
    credential_installation_id = _plain(
        _('Installation ID'),
        _('The number at the end of the address of the installation. Leave empty to keep it.'),
    )
    credential_app_key = _key(_('Private key of the app'))
    clear_credential = forms.BooleanField(label=_('Remove the stored credential'), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored_url = self.instance.url
        self._stored_type = self.instance.authentication_type
        # A link must not be able to fill a secret in.
        for parts in PARTS.values():
            for name in parts:
                self.initial.pop(name, None)
        if not self.instance.encrypted_credentials:
            self.fields['clear_credential'].widget = forms.HiddenInput()

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get('clear_credential'):
            self.instance.encrypted_credentials = ''
        elif typed := self._typed():
            self._seal(typed)
        elif data.get('authentication_type') != self._stored_type:
            # What is stored opens another kind of lock.
            self.instance.encrypted_credentials = ''

    def _typed(self) -> dict[str, str]:
        if self.cleaned_data.get('credential_source') != CredentialSourceChoices.ENCRYPTED:
            return {}
        parts = PARTS.get(self.cleaned_data.get('authentication_type'), {})
        typed = {part: self.cleaned_data.get(name) for name, part in parts.items()}
        return {part: text.replace('\r\n', '\n') for part, text in typed.items() if text}

    def _seal(self, typed: dict[str, str]) -> None:
        parts = PARTS[self.cleaned_data['authentication_type']]
        try:
            complete = {**self._kept(), **typed}
            missing = [name for name, part in parts.items() if not complete.get(part)]
            for name in missing:
                self.add_error(name, _('This part of the credential is missing.'))
            if not missing:
                self.instance.encrypted_credentials = seal(self.instance, complete)
        except NeedsPerson as problem:
            self.add_error(next(iter(parts)), ValidationError(str(problem)))

    def _kept(self) -> dict[str, str]:
        """The stored parts that may stay: never for another server or another way to sign in."""
        instance: GitRepository = self.instance
        same = (
            self.cleaned_data.get('url') == self._stored_url
            and self.cleaned_data.get('authentication_type') == self._stored_type
        )
        if not same or not instance.encrypted_credentials:
            return {}
        return open_sealed(instance, instance.encrypted_credentials)
