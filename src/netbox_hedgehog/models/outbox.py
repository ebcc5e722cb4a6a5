"""Edits that wait to be published, written in the same transaction as the edit itself."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import OPEN_OUTBOX_STATES, OutboxActionChoices, OutboxStateChoices
from .fabrics import HedgehogFabric
from .pull_requests import PullRequest
from .record import Record
from .resources import HedgehogResource

__all__ = ['OutboxEntry']


class OutboxEntry(Record):
    """One edit of one object by one user, until the remote has confirmed it.

    Further edits by the same user fold into the pending entry. `closed` ends that: an edit by
    somebody else closes the entry, which stays pending as a commit of its own, and starts another.
    """

    change_set_id = models.UUIDField(
        verbose_name=_('change set'),
        default=uuid.uuid4,
        db_index=True,
        help_text=_('Shared by all entries of one user and request'),
    )
    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='outbox_entries',
        verbose_name=_('fabric'),
    )
    resource = models.ForeignKey(
        HedgehogResource,
        on_delete=models.SET_NULL,
        related_name='outbox_entries',
        verbose_name=_('resource'),
        null=True,
        blank=True,
    )
    api_group = models.CharField(verbose_name=_('API group'), max_length=253, blank=True)
    api_version = models.CharField(verbose_name=_('API version'), max_length=63, blank=True)
    kind = models.CharField(verbose_name=_('kind'), max_length=63)
    namespace = models.CharField(verbose_name=_('namespace'), max_length=63)
    name = models.CharField(verbose_name=_('name'), max_length=253)
    action = models.CharField(verbose_name=_('action'), max_length=30, choices=OutboxActionChoices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('user'),
        null=True,
        blank=True,
    )
    user_name = models.CharField(verbose_name=_('user name'), max_length=150, blank=True)
    request_id = models.UUIDField(
        verbose_name=_('request id'), null=True, blank=True, db_index=True
    )
    message = models.TextField(verbose_name=_('message'), blank=True)
    base_blob = models.CharField(max_length=64, blank=True)
    base_commit = models.CharField(max_length=64, blank=True)
    base_text = models.TextField(blank=True)
    new_state = models.JSONField(null=True, blank=True)
    new_text = models.TextField(blank=True)
    state = models.CharField(
        verbose_name=_('state'),
        max_length=30,
        choices=OutboxStateChoices,
        default=OutboxStateChoices.PENDING,
    )
    closed = models.BooleanField(verbose_name=_('closed'), default=False)
    attempts = models.PositiveIntegerField(verbose_name=_('attempts'), default=0)
    next_attempt_at = models.DateTimeField(verbose_name=_('next attempt'), null=True, blank=True)
    expected_commit = models.CharField(max_length=64, blank=True)
    new_commit = models.CharField(verbose_name=_('commit'), max_length=64, blank=True)
    pull_request = models.ForeignKey(
        PullRequest,
        on_delete=models.SET_NULL,
        related_name='outbox_entries',
        verbose_name=_('pull request'),
        null=True,
        blank=True,
    )
    reason = models.TextField(verbose_name=_('reason'), blank=True)
    created = models.DateTimeField(verbose_name=_('created'), auto_now_add=True)

    class Meta:
        ordering = ('created', 'pk')
        verbose_name = _('outbox entry')
        verbose_name_plural = _('outbox entries')
        constraints = [
            models.UniqueConstraint(
                fields=('fabric', 'api_group', 'kind', 'namespace', 'name'),
                condition=models.Q(state=OutboxStateChoices.PENDING, closed=False),
                name='hh_outbox_one_foldable',
            )
        ]
        permissions = [
            ('retry', 'Try a failed edit again'),
            ('discard', 'Take an edit back'),
        ]
        indexes = [
            models.Index(fields=('created', 'id'), name='hh_outbox_created'),
            models.Index(fields=('fabric', 'state', 'created'), name='hh_outbox_fabric_state'),
        ]

    def __str__(self) -> str:
        return f'{self.get_action_display()} {self.kind}/{self.name}'

    def get_action_color(self) -> str | None:
        return OutboxActionChoices.colors.get(self.action)

    def get_state_color(self) -> str | None:
        return OutboxStateChoices.colors.get(self.state)

    @property
    def open(self) -> bool:
        return self.state in OPEN_OUTBOX_STATES

    @property
    def was(self) -> str:
        """The identity the object has in Git until it is renamed there; else empty."""
        return str((self.new_state or {}).get('was', ''))

    @property
    def identity(self) -> str:
        """`group/Kind/namespace/name`, also when the resource is gone."""
        return f'{self.api_group}/{self.kind}/{self.namespace}/{self.name}'
