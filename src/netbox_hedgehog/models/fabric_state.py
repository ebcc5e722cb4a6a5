"""How far a fabric got: what changes with every run, beside its row and not change-logged."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import FabricDriftStatusChoices, SyncStatusChoices
from .record import SideTable

__all__ = ['FabricSyncState']


class FabricSyncState(SideTable):
    """How far Git and NetBox agree. Written by the runner; pages show `sync.status` of it."""

    fabric = models.OneToOneField(
        'HedgehogFabric', on_delete=models.CASCADE, primary_key=True, related_name='sync_state'
    )
    sync_status = models.CharField(
        verbose_name=_('sync status'),
        max_length=30,
        choices=SyncStatusChoices,
        default=SyncStatusChoices.NOT_CONFIGURED,
    )
    sync_error = models.TextField(verbose_name=_('sync error'), blank=True)
    connection_error = models.TextField(verbose_name=_('connection error'), blank=True)
    last_sync = models.DateTimeField(verbose_name=_('last sync'), null=True, blank=True)
    last_git_sync = models.DateTimeField(verbose_name=_('last Git sync'), null=True, blank=True)
    last_synced_commit = models.CharField(max_length=64, blank=True)
    desired_state_commit = models.CharField(max_length=64, blank=True)
    tree_digest = models.CharField(max_length=64, blank=True)
    read_anew = models.BooleanField(
        default=False,
        help_text=_('Objects differ from Git because of their direction; all are compared again'),
    )
    requested_generation = models.PositiveBigIntegerField(default=0)
    processed_generation = models.PositiveBigIntegerField(default=0)
    lease_epoch = models.PositiveBigIntegerField(default=0)
    last_duplicate_scan = models.DateTimeField(null=True, blank=True)
    last_cluster_read = models.DateTimeField(null=True, blank=True)
    drift_status = models.CharField(
        verbose_name=_('drift status'),
        max_length=30,
        choices=FabricDriftStatusChoices,
        default=FabricDriftStatusChoices.UNKNOWN,
    )
    gitops_setup_status = models.CharField(max_length=50, blank=True)
    argocd_health_status = models.CharField(max_length=50, blank=True)
    argocd_version = models.CharField(max_length=50, blank=True)
    # Null until somebody has counted: no number is shown that was not measured.
    raw_files = models.PositiveIntegerField(verbose_name=_('raw files'), null=True, blank=True)
    held_documents = models.PositiveIntegerField(
        verbose_name=_('held documents'), null=True, blank=True
    )

    class Meta:
        verbose_name = _('fabric sync state')
        verbose_name_plural = _('fabric sync states')
        indexes = [models.Index(fields=('sync_status',), name='hh_fabricstate_status')]

    def __str__(self) -> str:
        return f'{self.fabric}: {self.get_sync_status_display()}'

    def get_sync_status_color(self) -> str | None:
        return SyncStatusChoices.colors.get(self.sync_status)

    def get_drift_status_color(self) -> str | None:
        return FabricDriftStatusChoices.colors.get(self.drift_status)
