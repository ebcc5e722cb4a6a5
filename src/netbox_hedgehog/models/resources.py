"""One object of a fabric: what Git says, what somebody drafted, and how far the two agree."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel

from ..choices import (
    ConflictStrategyChoices,
    DriftSeverityChoices,
    ResourceConflictStatusChoices,
    ResourceDriftStatusChoices,
    ResourceStateChoices,
    SyncDirectionChoices,
)
from ..constants import DEFAULT_NAMESPACE, DEFAULT_PRIORITY, ORIGIN_ANNOTATION_PREFIX
from .fabrics import HedgehogFabric
from .notification_settings import check_notification_settings
from .record import SideTable, help_url

__all__ = ['HedgehogResource', 'ResourceSyncState']

LABEL = r'[a-z0-9]([-a-z0-9]*[a-z0-9])?'

valid_name = RegexValidator(
    rf'^{LABEL}(\.{LABEL})*\Z',
    _('Lower case letters, digits, "-" and ".", starting and ending with a letter or digit.'),
)
valid_namespace = RegexValidator(
    rf'^{LABEL}\Z',
    _('Lower case letters, digits and "-", starting and ending with a letter or digit.'),
)
valid_kind = RegexValidator(r'^[A-Z][A-Za-z0-9]*\Z', _('Letters and digits, first one upper case.'))
valid_version = RegexValidator(
    r'^v[0-9]+((alpha|beta)[0-9]+)?\Z', _('Like v1, v1alpha2 or v1beta1.')
)


class HedgehogResource(PrimaryModel):
    """A Hedgehog object (VPC, Switch, Connection ...), as Git has it and as it is drafted."""

    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='resources',
        verbose_name=_('fabric'),
    )
    api_group = models.CharField(
        verbose_name=_('API group'), max_length=253, blank=True, validators=[valid_name]
    )
    api_version = models.CharField(
        verbose_name=_('API version'), max_length=63, validators=[valid_version]
    )
    kind = models.CharField(verbose_name=_('kind'), max_length=63, validators=[valid_kind])
    namespace = models.CharField(
        verbose_name=_('namespace'),
        max_length=63,
        default=DEFAULT_NAMESPACE,
        validators=[valid_namespace],
    )
    name = models.CharField(verbose_name=_('name'), max_length=253, validators=[valid_name])

    labels = models.JSONField(verbose_name=_('labels'), default=dict, blank=True)
    annotations = models.JSONField(verbose_name=_('annotations'), default=dict, blank=True)

    desired_spec = models.JSONField(
        verbose_name=_('desired spec'),
        null=True,
        blank=True,
        editable=False,
        help_text=_('What Git says; empty while the object is not in Git'),
    )
    draft_spec = models.JSONField(verbose_name=_('draft spec'), null=True, blank=True)
    draft_text = models.TextField(
        verbose_name=_('draft text'),
        blank=True,
        help_text=_('The exact YAML of the draft; empty when it was made field by field'),
    )
    draft_labels = models.JSONField(verbose_name=_('draft labels'), null=True, blank=True)
    draft_annotations = models.JSONField(verbose_name=_('draft annotations'), null=True, blank=True)
    draft_updated = models.DateTimeField(
        verbose_name=_('drafted at'), null=True, blank=True, editable=False
    )
    draft_updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('drafted by'),
        null=True,
        blank=True,
        editable=False,
    )

    sync_direction = models.CharField(
        verbose_name=_('direction'),
        max_length=30,
        choices=SyncDirectionChoices,
        blank=True,
        help_text=_("Empty means the fabric's"),
    )
    auto_sync_enabled = models.BooleanField(verbose_name=_('automatic sync'), default=True)
    sync_priority = models.PositiveIntegerField(
        verbose_name=_('priority'),
        default=DEFAULT_PRIORITY,
        help_text=_('Lower goes first: the order of the commits of one synchronisation'),
    )
    conflict_resolution_preference = models.CharField(
        verbose_name=_('conflict preference'),
        max_length=30,
        choices=ConflictStrategyChoices,
        blank=True,
        help_text=_("Empty means the fabric's"),
    )
    notification_settings = models.JSONField(
        verbose_name=_('notifications'), default=dict, blank=True
    )

    clone_fields = (
        'fabric',
        'api_group',
        'api_version',
        'kind',
        'namespace',
        'sync_direction',
        'auto_sync_enabled',
        'sync_priority',
    )

    class Meta:
        ordering = ('fabric', 'kind', 'namespace', 'name', 'pk')
        verbose_name = _('resource')
        verbose_name_plural = _('resources')
        constraints = [
            models.UniqueConstraint(
                fields=('fabric', 'api_group', 'kind', 'namespace', 'name'),
                name='hh_resource_identity',
                violation_error_message=_('The fabric already has this object.'),
            )
        ]
        indexes = [
            models.Index(
                fields=('fabric', 'kind', 'namespace', 'name', 'id'), name='hh_resource_list'
            ),
            models.Index(fields=('kind', 'name'), name='hh_resource_kind_name'),
        ]
        permissions = [('sync', 'Synchronise this object with Git')]

    def __str__(self) -> str:
        if self.namespace == DEFAULT_NAMESPACE:
            return f'{self.kind}/{self.name}'
        return f'{self.kind}/{self.namespace}/{self.name}'

    @property
    def identity(self) -> str:
        """`group/Kind/namespace/name`, as logs, findings and the command line write it."""
        return f'{self.api_group}/{self.kind}/{self.namespace}/{self.name}'

    @property
    def full_api_version(self) -> str:
        """`apiVersion` as it stands in YAML."""
        return f'{self.api_group}/{self.api_version}' if self.api_group else self.api_version

    @property
    def has_draft(self) -> bool:
        """Whether somebody's edit waits to be published."""
        drafts = (self.draft_spec, self.draft_labels, self.draft_annotations)
        return bool(self.draft_text) or any(draft is not None for draft in drafts)

    @property
    def effective_spec(self) -> dict[str, Any]:
        """What the object says as NetBox has it now: the draft, else what Git says."""
        spec = self.draft_spec if self.draft_spec is not None else self.desired_spec
        return spec if isinstance(spec, dict) else {}

    def clear_draft(self) -> None:
        """Forgets the draft; the caller saves."""
        self.draft_spec = self.draft_labels = self.draft_annotations = None
        self.draft_text = ''
        self.draft_updated = self.draft_updated_by = None

    clear_draft.alters_data = True

    @property
    def effective_sync_direction(self) -> str:
        return self.sync_direction or self.fabric.sync_direction

    @property
    def docs_url(self) -> str:
        return help_url(self)

    def get_sync_direction_color(self) -> str | None:
        return SyncDirectionChoices.colors.get(self.sync_direction)

    def clean(self) -> None:
        super().clean()
        self.namespace = self.namespace or DEFAULT_NAMESPACE
        for field in ('desired_spec', 'draft_spec', 'notification_settings'):
            _require_mapping(field, getattr(self, field))
        check_notification_settings(self.notification_settings or {})
        for field in ('labels', 'annotations', 'draft_labels', 'draft_annotations'):
            _require_text_values(field, getattr(self, field))
        self._drop_origin_annotations()

    def save(self, *args: Any, **kwargs: Any) -> None:
        adding = self._state.adding
        super().save(*args, **kwargs)
        if adding:
            state = ResourceStateChoices.DRAFT if self.has_draft else ResourceStateChoices.COMMITTED
            ResourceSyncState.objects.get_or_create(
                resource=self, defaults={'resource_state': state}
            )

    def _drop_origin_annotations(self) -> None:
        # They say where the file came from and are the engine's; nobody edits them here.
        for field in ('annotations', 'draft_annotations'):
            if value := getattr(self, field):
                kept = {
                    k: v for k, v in value.items() if not k.startswith(ORIGIN_ANNOTATION_PREFIX)
                }
                setattr(self, field, kept)


def _require_mapping(field: str, value: Any) -> None:
    if value is not None and not isinstance(value, dict):
        raise ValidationError({field: _('This must be a mapping.')})


def _require_text_values(field: str, value: Any) -> None:
    _require_mapping(field, value)
    if not all(isinstance(text, str) for text in (value or {}).values()):
        raise ValidationError({field: _('Every value must be text.')})


def _count_of(severity: str) -> models.GeneratedField:
    path = f'$[*] ? (@.severity == "{severity}")'
    counted = models.Func(
        'findings',
        template=f"jsonb_array_length(jsonb_path_query_array(%(expressions)s, '{path}'))",
        output_field=models.IntegerField(),
    )
    return models.GeneratedField(
        expression=counted, output_field=models.IntegerField(), db_persist=True
    )


class ResourceSyncState(SideTable):
    """Where the object lies in Git, and how the last contact ended. Written by `sync/` only.

    `bulk_create` of resources makes no side rows: whoever uses it makes them in the same
    transaction.
    """

    resource = models.OneToOneField(
        HedgehogResource, on_delete=models.CASCADE, primary_key=True, related_name='sync_state'
    )
    managed_file_path = models.CharField(
        verbose_name=_('managed file'), max_length=1000, blank=True, db_index=True
    )
    file_hash = models.CharField(verbose_name=_('file SHA-256'), max_length=64, blank=True)
    blob_id = models.CharField(verbose_name=_('Git blob'), max_length=64, blank=True)
    file_size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    base_text = models.TextField(
        blank=True, help_text=_('The text on which Git and NetBox last agreed')
    )
    desired_commit = models.CharField(max_length=64, blank=True)
    desired_updated = models.DateTimeField(null=True, blank=True)
    last_file_sync = models.DateTimeField(verbose_name=_('last file sync'), null=True, blank=True)
    last_synced_commit = models.CharField(max_length=64, blank=True)
    conflict_status = models.CharField(
        verbose_name=_('conflict'),
        max_length=30,
        choices=ResourceConflictStatusChoices,
        default=ResourceConflictStatusChoices.NONE,
        db_index=True,
    )
    resource_state = models.CharField(
        verbose_name=_('state'),
        max_length=30,
        choices=ResourceStateChoices,
        default=ResourceStateChoices.COMMITTED,
        db_index=True,
    )
    last_state_change = models.DateTimeField(null=True, blank=True)
    state_change_reason = models.CharField(max_length=500, blank=True)
    actual_spec = models.JSONField(null=True, blank=True)
    actual_status = models.JSONField(null=True, blank=True)
    actual_resource_version = models.CharField(max_length=100, blank=True)
    actual_managers = models.JSONField(null=True, blank=True)
    actual_updated = models.DateTimeField(null=True, blank=True)
    drift_status = models.CharField(
        verbose_name=_('drift'),
        max_length=30,
        choices=ResourceDriftStatusChoices,
        default=ResourceDriftStatusChoices.UNKNOWN,
    )
    drift_details = models.JSONField(null=True, blank=True)
    drift_score = models.FloatField(null=True, blank=True)
    drift_severity = models.CharField(
        max_length=30, choices=DriftSeverityChoices, default=DriftSeverityChoices.NONE
    )
    last_drift_check = models.DateTimeField(null=True, blank=True)
    last_sync_error = models.TextField(verbose_name=_('last sync error'), blank=True)
    last_sync_error_at = models.DateTimeField(null=True, blank=True)
    sync_error_count = models.PositiveIntegerField(default=0)
    auto_sync_suspended = models.BooleanField(
        default=False, help_text=_('Too many errors in a row; a person switches it on again')
    )
    pull_request_url = models.URLField(max_length=500, blank=True)
    findings = models.JSONField(default=list, blank=True)
    # Counted by the database, so that lists can filter and sort by them whoever writes findings.
    error_count = _count_of('error')
    warning_count = _count_of('warning')
    canonical_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _('resource sync state')
        verbose_name_plural = _('resource sync states')

    def __str__(self) -> str:
        return f'{self.resource}: {self.get_resource_state_display()}'

    def get_conflict_status_color(self) -> str | None:
        return ResourceConflictStatusChoices.colors.get(self.conflict_status)

    def get_resource_state_color(self) -> str | None:
        return ResourceStateChoices.colors.get(self.resource_state)

    def get_drift_status_color(self) -> str | None:
        return ResourceDriftStatusChoices.colors.get(self.drift_status)

    @property
    def healthy(self) -> bool:
        """Fewer than three errors, no open conflict, automatic sync on."""
        settled = (ResourceConflictStatusChoices.NONE, ResourceConflictStatusChoices.RESOLVED)
        on = self.resource.auto_sync_enabled and not self.auto_sync_suspended
        return self.sync_error_count < 3 and self.conflict_status in settled and on
