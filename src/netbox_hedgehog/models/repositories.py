"""A Git repository that holds fabrics, and what was last seen of it."""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel
from netbox.models.features import JobsMixin
from netbox.plugins import get_plugin_config

from ..choices import (
    AuthenticationTypeChoices,
    CircuitStateChoices,
    ConnectionStatusChoices,
    CredentialSourceChoices,
    GitProviderChoices,
    WriteThroughChoices,
)
from ..constants import APP_LABEL, CREDENTIAL_ENV_PREFIX, SECRET_FIELDS
from .record import SideTable, help_url
from .remote_url import normalise_url

__all__ = ['GitRepository', 'GitRepositoryState']

REFERENCE_PATTERNS = {
    CredentialSourceChoices.ENV: re.compile(rf'{CREDENTIAL_ENV_PREFIX}[A-Z0-9_]+'),
    CredentialSourceChoices.FILE: re.compile(r'[A-Za-z0-9_][A-Za-z0-9_.-]*'),
    CredentialSourceChoices.CONFIG: re.compile(r'[A-Za-z0-9_.-]+'),
}

# What counts as the credential: a new address must not get the old one's.
CREDENTIAL_FIELDS = ('encrypted_credentials', 'credential_reference')


class GitRepository(JobsMixin, PrimaryModel):
    """A repository on a Git server, and how NetBox signs in there."""

    name = models.CharField(verbose_name=_('name'), max_length=200, unique=True)
    url = models.CharField(
        verbose_name=_('URL'),
        max_length=500,
        help_text=_(
            'https or ssh, without user name and password. A new URL drops the credential.'
        ),
    )
    provider = models.CharField(
        verbose_name=_('provider'),
        max_length=30,
        choices=GitProviderChoices,
        default=GitProviderChoices.GENERIC,
    )
    authentication_type = models.CharField(
        verbose_name=_('authentication'),
        max_length=30,
        choices=AuthenticationTypeChoices,
        default=AuthenticationTypeChoices.TOKEN,
    )
    credential_source = models.CharField(
        verbose_name=_('credential source'),
        max_length=30,
        choices=CredentialSourceChoices,
        default=CredentialSourceChoices.ENCRYPTED,
    )
    credential_reference = models.CharField(
        verbose_name=_('credential reference'),
        max_length=200,
        blank=True,
        help_text=_('Name of the environment variable, file or configuration entry'),
    )
    encrypted_credentials = models.TextField(
        verbose_name=_('sealed credential'), blank=True, editable=False
    )
    webhook_secret = models.TextField(
        verbose_name=_('sealed webhook secret'), blank=True, editable=False
    )
    default_branch = models.CharField(
        verbose_name=_('default branch'), max_length=255, default='main'
    )
    write_through = models.CharField(
        verbose_name=_('write through'),
        max_length=30,
        choices=WriteThroughChoices,
        default=WriteThroughChoices.GIT,
    )
    report_findings = models.BooleanField(
        verbose_name=_('report findings'),
        default=False,
        help_text=_('Shows beside each pushed commit, at the Git host, what was found in it'),
    )
    commit_author_name = models.CharField(
        verbose_name=_('commit author name'),
        max_length=200,
        blank=True,
        help_text=_('For commits that no NetBox user stands behind'),
    )
    commit_author_email = models.CharField(
        verbose_name=_('commit author e-mail'), max_length=254, blank=True
    )
    is_private = models.BooleanField(verbose_name=_('private'), default=True)
    validate_ssl = models.BooleanField(verbose_name=_('check certificates'), default=True)
    timeout_seconds = models.PositiveIntegerField(
        verbose_name=_('timeout (seconds)'),
        default=300,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
    )
    enabled = models.BooleanField(
        verbose_name=_('enabled'),
        default=True,
        help_text=_('A disabled repository is never contacted'),
    )
    uuid = models.UUIDField(verbose_name='UUID', default=uuid.uuid4, unique=True, editable=False)

    clone_fields = (
        'provider',
        'authentication_type',
        'credential_source',
        'default_branch',
        'write_through',
        'report_findings',
        'commit_author_name',
        'commit_author_email',
        'is_private',
        'validate_ssl',
        'timeout_seconds',
        'enabled',
    )

    class Meta:
        ordering = ('name',)
        verbose_name = _('Git repository')
        verbose_name_plural = _('Git repositories')
        permissions = [
            ('sync', 'Fetch from the Git server and synchronise all fabrics'),
            ('test', 'Test the connection to the Git server'),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, db: str, field_names: Any, values: Any, **options: Any) -> 'GitRepository':
        instance = super().from_db(db, field_names, values, **options)
        instance._remember_stored()
        return instance

    @property
    def has_credential(self) -> bool:
        """Whether something is there to sign in with; says nothing about whether it works."""
        if self.credential_source == CredentialSourceChoices.ENCRYPTED:
            return bool(self.encrypted_credentials)
        return bool(self.credential_reference)

    @property
    def has_host(self) -> bool:
        """Whether the API of the Git host can be used beside Git itself."""
        with_token = (
            AuthenticationTypeChoices.TOKEN,
            AuthenticationTypeChoices.BASIC,
            AuthenticationTypeChoices.GITHUB_APP,
        )
        return self.provider == GitProviderChoices.GITHUB and self.authentication_type in with_token

    @property
    def has_webhook_secret(self) -> bool:
        """Whether deliveries of a webhook can be verified at all."""
        return bool(self.webhook_secret)

    @property
    def docs_url(self) -> str:
        return help_url(self)

    def get_provider_color(self) -> str | None:
        return GitProviderChoices.colors.get(self.provider)

    def serialize_object(self, exclude: Iterable[str] | None = None) -> dict[str, Any]:
        """Leaves the sealed fields out of change log, webhooks and everything else made of it."""
        return super().serialize_object(exclude=[*(exclude or ()), *SECRET_FIELDS])

    def clean(self) -> None:
        super().clean()
        self._normalise_url()
        self._drop_credential_of_old_url()
        self._check_reference()
        self._check_host()
        if not self.validate_ssl and not get_plugin_config(APP_LABEL, 'allow_insecure_tls'):
            raise ValidationError(
                {'validate_ssl': _("The setting 'allow_insecure_tls' does not allow this.")}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        adding = self._state.adding
        self._normalise_url()
        dropped = self._drop_credential_of_old_url()
        if dropped and kwargs.get('update_fields') is not None:
            kwargs['update_fields'] = {*kwargs['update_fields'], *dropped}
        super().save(*args, **kwargs)
        if adding:
            GitRepositoryState.objects.get_or_create(repository=self)
        self._remember_stored()

    def _normalise_url(self) -> None:
        try:
            self.url = normalise_url(
                self.url,
                get_plugin_config(APP_LABEL, 'allowed_schemes'),
                get_plugin_config(APP_LABEL, 'allowed_hosts'),
            )
        except ValidationError as error:
            raise ValidationError({'url': error.messages}) from error

    def _drop_credential_of_old_url(self) -> tuple[str, ...]:
        # Whoever may change the URL could otherwise have the credential sent to a server of theirs.
        stored = getattr(self, '_stored', {})
        if 'url' not in stored or stored['url'] == self.url:
            return ()
        dropped = tuple(
            name
            for name in CREDENTIAL_FIELDS
            if stored.get(name) and stored[name] == getattr(self, name)
        )
        for name in dropped:
            setattr(self, name, '')
        return dropped

    def _check_reference(self) -> None:
        pattern = REFERENCE_PATTERNS.get(self.credential_source)
        if not pattern or not self.credential_reference:
            return
        if not pattern.fullmatch(self.credential_reference):
            raise ValidationError({'credential_reference': self._reference_hint()})

    def _reference_hint(self) -> str:
        if self.credential_source == CredentialSourceChoices.ENV:
            return _('The variable must start with {prefix}.').format(prefix=CREDENTIAL_ENV_PREFIX)
        return _('A plain name, without any path.')

    def _check_host(self) -> None:
        wants = {
            'write_through': self.write_through == WriteThroughChoices.GITHUB_API,
            'report_findings': self.report_findings,
        }
        message = _('This needs the provider GitHub and a token: an SSH key opens Git only.')
        wrong = {name: message for name, wanted in wants.items() if wanted}
        if wrong and not self.has_host:
            raise ValidationError(wrong)
        if self.authentication_type == AuthenticationTypeChoices.GITHUB_APP and not self.has_host:
            raise ValidationError(
                {'authentication_type': _('Apps of GitHub sign in at GitHub only.')}
            )

    def _remember_stored(self) -> None:
        self._stored = {
            name: self.__dict__[name]
            for name in ('url', *CREDENTIAL_FIELDS)
            if name in self.__dict__
        }


class GitRepositoryState(SideTable):
    """What the last contact with the server showed. Written by `sync/` only."""

    repository = models.OneToOneField(
        GitRepository, on_delete=models.CASCADE, primary_key=True, related_name='state'
    )
    connection_status = models.CharField(
        verbose_name=_('connection'),
        max_length=30,
        choices=ConnectionStatusChoices,
        default=ConnectionStatusChoices.PENDING,
    )
    last_validated = models.DateTimeField(verbose_name=_('last tested'), null=True, blank=True)
    validation_error = models.TextField(verbose_name=_('connection error'), blank=True)
    head_commit = models.CharField(verbose_name=_('head commit'), max_length=64, blank=True)
    last_fetched = models.DateTimeField(verbose_name=_('last fetched'), null=True, blank=True)
    rate_limit_remaining = models.PositiveIntegerField(null=True, blank=True)
    rate_limit_reset = models.DateTimeField(null=True, blank=True)
    lease_epoch = models.PositiveBigIntegerField(default=0)
    # What the count and the time stand for in each state, `sync/circuit.py` says.
    circuit_state = models.CharField(
        max_length=30, choices=CircuitStateChoices, default=CircuitStateChoices.CLOSED
    )
    circuit_failures = models.PositiveIntegerField(default=0)
    circuit_opened_at = models.DateTimeField(null=True, blank=True)
    webhook_delivered = models.DateTimeField(verbose_name=_('last delivery'), null=True, blank=True)
    webhook_outcome = models.CharField(
        verbose_name=_('outcome of the last delivery'), max_length=200, blank=True
    )
    webhook_refused = models.DateTimeField(
        verbose_name=_('last refused delivery'),
        null=True,
        blank=True,
        help_text=_('Without a valid signature'),
    )

    class Meta:
        verbose_name = _('Git repository state')
        verbose_name_plural = _('Git repository states')

    def __str__(self) -> str:
        return f'{self.repository}: {self.get_connection_status_display()}'

    def get_connection_status_color(self) -> str | None:
        return ConnectionStatusChoices.colors.get(self.connection_status)

    def get_circuit_state_color(self) -> str | None:
        return CircuitStateChoices.colors.get(self.circuit_state)
