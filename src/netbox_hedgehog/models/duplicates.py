"""Objects that several files of a fabric describe: the group, its files, and how it was settled."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import (
    OPEN_DUPLICATE_STATUSES,
    DuplicateActionChoices,
    DuplicateComparisonChoices,
    DuplicateStatusChoices,
    DuplicateStrategyChoices,
    DuplicateWaitChoices,
)
from .fabrics import HedgehogFabric
from .operations import SyncOperation
from .policies import ResolutionPolicy
from .record import Record, SideTable

__all__ = ['BlobMeaning', 'DuplicateScan', 'YAMLDuplicateFile', 'YAMLDuplicateGroup']


class YAMLDuplicateGroup(Record):
    """All documents of one fabric that describe the same object.

    `identity` (group/Kind/namespace/name) names the group from scan to scan; `state_token` changes
    with its files, so that a decision about other files than these is recognised as stale; it is
    empty while Git has no such group. `content_token` changes with what the files say about the
    object: what was decided stands as long. Written by `sync/` only.
    """

    group_id = models.UUIDField(
        verbose_name=_('group id'), default=uuid.uuid4, unique=True, editable=False
    )
    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='duplicate_groups',
        verbose_name=_('fabric'),
    )
    identity = models.CharField(verbose_name=_('object'), max_length=640)
    comparison = models.CharField(
        verbose_name=_('comparison'), max_length=30, choices=DuplicateComparisonChoices
    )
    resolution_status = models.CharField(
        verbose_name=_('status'),
        max_length=30,
        choices=DuplicateStatusChoices,
        default=DuplicateStatusChoices.DETECTED,
    )
    resolution_strategy = models.CharField(
        verbose_name=_('strategy'), max_length=30, choices=DuplicateStrategyChoices, blank=True
    )
    wait = models.CharField(
        verbose_name=_('waits because'), max_length=30, choices=DuplicateWaitChoices, blank=True
    )
    rule = models.CharField(
        verbose_name=_('rule'), max_length=100, blank=True, help_text=_('Which chose the winner')
    )
    why = models.CharField(
        verbose_name=_('why'), max_length=500, blank=True, help_text=_('The same in words')
    )
    differing_fields = models.JSONField(verbose_name=_('fields'), default=list, blank=True)
    files_total = models.PositiveIntegerField(verbose_name=_('files'), default=0)
    state_token = models.CharField(max_length=64, blank=True)
    content_token = models.CharField(max_length=64, blank=True)
    decided_before = models.BooleanField(
        verbose_name=_('decided before'),
        default=False,
        help_text=_('A person or a settlement has decided about it, so it waits for a person'),
    )
    policy = models.ForeignKey(
        ResolutionPolicy,
        on_delete=models.SET_NULL,
        related_name='duplicate_groups',
        verbose_name=_('policy'),
        null=True,
        blank=True,
    )
    policy_version = models.PositiveIntegerField(
        verbose_name=_('policy version'), null=True, blank=True
    )
    winner = models.ForeignKey(
        'YAMLDuplicateFile',
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('winner'),
        null=True,
        blank=True,
    )
    detection_timestamp = models.DateTimeField(verbose_name=_('detected'))
    last_seen = models.DateTimeField(verbose_name=_('last seen'))
    scanned_commit = models.CharField(verbose_name=_('scanned commit'), max_length=64, blank=True)
    detected_in = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='detected_duplicates',
        verbose_name=_('detected in'),
        null=True,
        blank=True,
    )
    resolved_in = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='resolved_duplicates',
        verbose_name=_('settled in'),
        null=True,
        blank=True,
    )
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('settled by'),
        null=True,
        blank=True,
    )
    resolved_at = models.DateTimeField(verbose_name=_('settled'), null=True, blank=True)
    notes = models.TextField(verbose_name=_('notes'), blank=True)

    class Meta:
        ordering = ('-detection_timestamp', '-pk')
        verbose_name = _('duplicate group')
        verbose_name_plural = _('duplicate groups')
        constraints = [
            models.UniqueConstraint(fields=('fabric', 'identity'), name='hh_duplicate_group_unique')
        ]
        indexes = [
            models.Index(fields=('-detection_timestamp', '-id'), name='hh_duplicate_detected'),
            models.Index(fields=('fabric', 'resolution_status'), name='hh_duplicate_fabric'),
        ]

    def __str__(self) -> str:
        return self.identity

    def get_comparison_color(self) -> str | None:
        return DuplicateComparisonChoices.colors.get(self.comparison)

    def get_resolution_status_color(self) -> str | None:
        return DuplicateStatusChoices.colors.get(self.resolution_status)

    def get_wait_color(self) -> str | None:
        return DuplicateWaitChoices.colors.get(self.wait)

    @property
    def open(self) -> bool:
        return self.resolution_status in OPEN_DUPLICATE_STATUSES

    @property
    def present(self) -> bool:
        """Whether the last scan found it."""
        return bool(self.state_token)


class YAMLDuplicateFile(Record):
    """One document of a group: where it lies, what it says, what becomes of it."""

    duplicate_group = models.ForeignKey(
        YAMLDuplicateGroup,
        on_delete=models.CASCADE,
        related_name='files',
        verbose_name=_('group'),
    )
    file_path = models.CharField(verbose_name=_('path'), max_length=1000)
    document_index = models.PositiveIntegerField(verbose_name=_('document'), default=0)
    item_index = models.PositiveIntegerField(
        verbose_name=_('item'),
        null=True,
        blank=True,
        help_text=_('Of a List in that document'),
    )
    line = models.PositiveIntegerField(verbose_name=_('line'), null=True, blank=True)
    area = models.CharField(verbose_name=_('area'), max_length=30, blank=True)
    file_hash = models.CharField(verbose_name=_('SHA-256'), max_length=64, blank=True)
    blob_id = models.CharField(verbose_name=_('blob'), max_length=64, blank=True)
    priority_score = models.IntegerField(
        verbose_name=_('priority'),
        default=0,
        help_text=_('Higher wins; made of the ranks the rules give, so that lists sort'),
    )
    resolution_action = models.CharField(
        verbose_name=_('action'),
        max_length=30,
        choices=DuplicateActionChoices,
        default=DuplicateActionChoices.NONE,
    )
    is_winner = models.BooleanField(verbose_name=_('winner'), default=False)
    why = models.CharField(verbose_name=_('why'), max_length=500, blank=True)
    original_text = models.TextField(
        blank=True, help_text=_('The document as it was when the group was last seen')
    )

    class Meta:
        ordering = ('duplicate_group', '-is_winner', '-priority_score', 'file_path', 'pk')
        verbose_name = _('duplicate file')
        verbose_name_plural = _('duplicate files')
        constraints = [
            models.UniqueConstraint(
                fields=('duplicate_group', 'file_path', 'document_index', 'item_index'),
                nulls_distinct=False,
                name='hh_duplicate_file_place',
            )
        ]
        indexes = [models.Index(fields=('file_path',), name='hh_duplicate_file_path')]

    def __str__(self) -> str:
        return self.spot

    @property
    def spot(self) -> str:
        """File, document and item in the one word the engine, REST and the command use."""
        item = '' if self.item_index is None else f'.{self.item_index}'
        return f'{self.file_path}#{self.document_index}{item}'

    def get_absolute_url(self) -> str:
        return self.duplicate_group.get_absolute_url()

    def get_resolution_action_color(self) -> str | None:
        return DuplicateActionChoices.colors.get(self.resolution_action)


class DuplicateScan(SideTable):
    """What the last search of a fabric read and found; counts are measured, else null."""

    fabric = models.OneToOneField(
        HedgehogFabric, on_delete=models.CASCADE, primary_key=True, related_name='duplicate_scan'
    )
    sync_operation = models.ForeignKey(
        SyncOperation, on_delete=models.SET_NULL, related_name='+', null=True, blank=True
    )
    commit = models.CharField(verbose_name=_('commit'), max_length=64, blank=True)
    files = models.PositiveIntegerField(verbose_name=_('files'), null=True, blank=True)
    files_parsed = models.PositiveIntegerField(
        verbose_name=_('files read anew'), null=True, blank=True
    )
    objects_total = models.PositiveIntegerField(verbose_name=_('objects'), null=True, blank=True)
    seconds = models.FloatField(verbose_name=_('seconds'), null=True, blank=True)
    policy_name = models.CharField(verbose_name=_('policy'), max_length=200, blank=True)
    near_misses = models.JSONField(
        default=list, blank=True, help_text=_('The first 200; near_misses_total counts all')
    )
    near_misses_total = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _('duplicate scan')
        verbose_name_plural = _('duplicate scans')

    def __str__(self) -> str:
        return f'{self.fabric}: {self.commit[:12]}'


class BlobMeaning(SideTable):
    """What the engine read in one blob of a fabric, so that no blob is parsed twice.

    A cache, valid for the reading `stamp` only; may be emptied at any time.
    """

    fabric = models.ForeignKey(
        HedgehogFabric, on_delete=models.CASCADE, related_name='blob_meanings'
    )
    blob_id = models.CharField(max_length=64)
    stamp = models.CharField(max_length=128)
    row = models.JSONField()

    class Meta:
        verbose_name = _('blob meaning')
        verbose_name_plural = _('blob meanings')
        constraints = [
            models.UniqueConstraint(fields=('fabric', 'blob_id'), name='hh_blob_meaning_unique')
        ]

    def __str__(self) -> str:
        return self.blob_id
