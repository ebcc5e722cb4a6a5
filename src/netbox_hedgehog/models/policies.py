"""By which rules the one file that counts is found among several; kept in versions."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from netbox.context import current_request
from netbox.models import PrimaryModel

from ..choices import LoserActionChoices, PolicyOptionSetChoices
from .record import Record, help_url

__all__ = ['ResolutionPolicy', 'ResolutionPolicyVersion']


class ResolutionPolicy(PrimaryModel):
    """Ordered rules that say which of several files counts, and what becomes of the others.

    `rules` stays empty for the ready sets, whose rules belong to the program. Every change of what
    a policy says makes a version; the rows of earlier ones are kept.
    """

    name = models.CharField(verbose_name=_('name'), max_length=100, unique=True)
    slug = models.SlugField(verbose_name=_('slug'), max_length=100, unique=True, blank=True)
    option_set = models.CharField(
        verbose_name=_('rules of'),
        max_length=30,
        choices=PolicyOptionSetChoices,
        default=PolicyOptionSetChoices.DEFAULT,
    )
    rules = models.JSONField(
        verbose_name=_('rules'),
        default=list,
        blank=True,
        help_text=_('Own rules in their order, the first that tells files apart decides'),
    )
    loser_action = models.CharField(
        verbose_name=_('what becomes of the others'),
        max_length=30,
        choices=LoserActionChoices,
        default=LoserActionChoices.ARCHIVE,
    )
    max_deletions = models.PositiveIntegerField(
        verbose_name=_('most deletions'),
        default=100,
        help_text=_('More than this many in one commit are refused'),
    )
    max_moves = models.PositiveIntegerField(
        verbose_name=_('most moves'),
        default=200,
        help_text=_('More than this many in one commit are refused'),
    )
    version = models.PositiveIntegerField(
        verbose_name=_('version'), default=0, editable=False, validators=[MinValueValidator(0)]
    )
    is_default = models.BooleanField(
        verbose_name=_('default'),
        default=False,
        help_text=_('Counts for every fabric that names no policy'),
    )

    # What a version keeps, and a restore brings back.
    CONTENT = ('option_set', 'rules', 'loser_action', 'max_deletions', 'max_moves')

    clone_fields = ('option_set', 'rules', 'loser_action', 'max_deletions', 'max_moves')

    class Meta:
        ordering = ('name',)
        verbose_name = _('resolution policy')
        verbose_name_plural = _('resolution policies')
        constraints = [
            models.UniqueConstraint(
                fields=('is_default',),
                condition=Q(is_default=True),
                name='hh_policy_one_default',
                violation_error_message=_('Another policy is the default.'),
            )
        ]
        permissions = [('restore', 'Restore an earlier version')]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> dict[str, Any]:
        """What the policy says, as versions keep it."""
        return {name: getattr(self, name) for name in self.CONTENT}

    @property
    def docs_url(self) -> str:
        return help_url(self)

    def get_option_set_color(self) -> str | None:
        return PolicyOptionSetChoices.colors.get(self.option_set)

    def clean(self) -> None:
        super().clean()
        self.slug = self.slug or slugify(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(self.name)
        with transaction.atomic(using=kwargs.get('using')):
            changed = self._newest_content() != self.content
            if changed:
                self.version += 1
                if kwargs.get('update_fields') is not None:
                    kwargs['update_fields'] = {*kwargs['update_fields'], 'version'}
            super().save(*args, **kwargs)
            if changed:
                self._keep_version()

    save.alters_data = True  # type: ignore[attr-defined]

    def _newest_content(self) -> dict[str, Any] | None:
        if self.pk is None:
            return None
        newest = self.versions.order_by('-version').values_list('content', flat=True).first()
        return dict(newest) if newest is not None else None

    def _keep_version(self) -> None:
        request = current_request.get()
        self.versions.create(
            version=self.version,
            content=self.content,
            user_name=getattr(getattr(request, 'user', None), 'username', ''),
            message=str(getattr(self, '_changelog_message', None) or '')[:200],
        )


class ResolutionPolicyVersion(Record):
    """What a policy said at one time; written with the policy, never changed."""

    policy = models.ForeignKey(
        ResolutionPolicy,
        on_delete=models.CASCADE,
        related_name='versions',
        verbose_name=_('policy'),
    )
    version = models.PositiveIntegerField(verbose_name=_('version'))
    content = models.JSONField(default=dict)
    user_name = models.CharField(verbose_name=_('user name'), max_length=150, blank=True)
    message = models.CharField(verbose_name=_('message'), max_length=200, blank=True)
    created = models.DateTimeField(verbose_name=_('created'), auto_now_add=True)

    class Meta:
        ordering = ('policy', '-version')
        verbose_name = _('policy version')
        verbose_name_plural = _('policy versions')
        constraints = [
            models.UniqueConstraint(fields=('policy', 'version'), name='hh_policy_version_unique')
        ]

    def __str__(self) -> str:
        return f'v{self.version}'

    def get_absolute_url(self) -> str:
        return self.policy.get_absolute_url()
