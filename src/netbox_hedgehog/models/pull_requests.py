"""Branches that wait for somebody's review before their commits reach the fabric's branch."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import (
    OPEN_PULL_REQUEST_STATES,
    PullRequestPurposeChoices,
    PullRequestStateChoices,
)
from .fabrics import HedgehogFabric
from .operations import SyncOperation
from .record import Record
from .repositories import GitRepository

__all__ = ['PullRequest']


class PullRequest(Record):
    """A branch with commits of NetBox, and its pull request where the host has them.

    Without a `number` the branch is reviewed and merged in NetBox. `head_commit` is what NetBox
    pushed last, `base_commit` where the fabric's branch stood when the commits were last made to
    fit it. Written by `sync/` only.
    """

    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='pull_requests',
        verbose_name=_('fabric'),
    )
    git_repository = models.ForeignKey(
        GitRepository,
        on_delete=models.SET_NULL,
        related_name='pull_requests',
        verbose_name=_('Git repository'),
        null=True,
        blank=True,
    )
    sync_operation = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='pull_requests',
        verbose_name=_('operation'),
        null=True,
        blank=True,
    )
    purpose = models.CharField(
        verbose_name=_('purpose'), max_length=30, choices=PullRequestPurposeChoices
    )
    title = models.CharField(verbose_name=_('title'), max_length=255)
    body = models.TextField(verbose_name=_('description'), blank=True)
    branch = models.CharField(verbose_name=_('branch'), max_length=255)
    base_branch = models.CharField(verbose_name=_('into'), max_length=255)
    number = models.PositiveIntegerField(verbose_name=_('number'), null=True, blank=True)
    url = models.URLField(verbose_name=_('address'), max_length=500, blank=True)
    state = models.CharField(
        verbose_name=_('state'),
        max_length=30,
        choices=PullRequestStateChoices,
        default=PullRequestStateChoices.PREPARING,
    )
    close_requested = models.BooleanField(default=False)
    head_commit = models.CharField(verbose_name=_('commit'), max_length=64, blank=True)
    base_commit = models.CharField(max_length=64, blank=True)
    merge_commit = models.CharField(verbose_name=_('merged as'), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('user'),
        null=True,
        blank=True,
    )
    user_name = models.CharField(verbose_name=_('user name'), max_length=150, blank=True)
    reason = models.TextField(verbose_name=_('reason'), blank=True)
    created = models.DateTimeField(verbose_name=_('created'), auto_now_add=True)
    closed_at = models.DateTimeField(verbose_name=_('closed'), null=True, blank=True)

    class Meta:
        ordering = ('-created', '-pk')
        verbose_name = _('pull request')
        verbose_name_plural = _('pull requests')
        constraints = [
            models.UniqueConstraint(
                fields=('fabric', 'branch'),
                condition=models.Q(state__in=OPEN_PULL_REQUEST_STATES),
                name='hh_pull_request_one_open',
            )
        ]
        indexes = [
            models.Index(fields=('-created', '-id'), name='hh_pr_created'),
            models.Index(fields=('fabric', 'state'), name='hh_pr_fabric_state'),
        ]
        permissions = [
            ('merge', 'Merge a pull request in NetBox'),
            ('close', 'Close a pull request'),
        ]

    def __str__(self) -> str:
        return f'#{self.number} {self.title}' if self.number else self.title

    def get_state_color(self) -> str | None:
        return PullRequestStateChoices.colors.get(self.state)

    @property
    def open(self) -> bool:
        return self.state in OPEN_PULL_REQUEST_STATES
