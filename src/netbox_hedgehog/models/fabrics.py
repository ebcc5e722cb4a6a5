"""A Hedgehog fabric: where it lives in Git, how it is kept in step, and how far that got."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel
from netbox.models.features import JobsMixin

from ..choices import (
    ArchiveStrategyChoices,
    BadDocumentPolicyChoices,
    ConflictStrategyChoices,
    DuplicateResolutionModeChoices,
    FabricStatusChoices,
    GitOpsToolChoices,
    PublishModeChoices,
    SyncDirectionChoices,
    SyncStatusChoices,
    TemplateModeChoices,
)
from ..constants import DEFAULT_NAMESPACE, MANAGED_FOLDER, MIN_SYNC_INTERVAL, RAW_FOLDER
from .directories import contains, join, normalise_directory
from .fabric_state import FabricSyncState
from .policies import ResolutionPolicy
from .record import help_url
from .repositories import GitRepository

__all__ = ['HedgehogFabric']

# Where the fabric lives. After a move everything known about the old place is void.
LOCATION_FIELDS = ('git_repository_id', 'gitops_directory', 'branch')
# What every template is given by the engine.
TEMPLATE_NAMES = frozenset({'fabric', 'resources', 'netbox'})
DERIVED_FIELDS = ('raw_directory_path', 'managed_directory_path')


class HedgehogFabric(JobsMixin, PrimaryModel):
    """A network fabric described by YAML files in one directory of a Git repository."""

    # Whoever saves it asks for its initialisation as well, so that none begins by itself.
    asks_itself = False

    name = models.CharField(verbose_name=_('name'), max_length=100, unique=True)
    slug = models.SlugField(verbose_name=_('slug'), max_length=100, unique=True, blank=True)
    status = models.CharField(
        verbose_name=_('status'),
        max_length=30,
        choices=FabricStatusChoices,
        default=FabricStatusChoices.ACTIVE,
    )

    git_repository = models.ForeignKey(
        GitRepository,
        on_delete=models.PROTECT,
        related_name='fabrics',
        verbose_name=_('Git repository'),
        null=True,
        blank=True,
    )
    gitops_directory = models.CharField(
        verbose_name=_('directory'),
        max_length=500,
        blank=True,
        help_text=_('Empty means fabrics/<slug>/gitops, / the root of the repository'),
    )
    branch = models.CharField(
        verbose_name=_('branch'),
        max_length=255,
        blank=True,
        help_text=_("Empty means the repository's default branch"),
    )

    gitops_initialized = models.BooleanField(
        verbose_name=_('initialised'), default=False, editable=False
    )
    archive_strategy = models.CharField(
        verbose_name=_('archive strategy'),
        max_length=30,
        choices=ArchiveStrategyChoices,
        default=ArchiveStrategyChoices.RENAME_WITH_EXTENSION,
    )
    raw_directory_path = models.CharField(
        verbose_name=_('raw directory'), max_length=510, blank=True, editable=False
    )
    managed_directory_path = models.CharField(
        verbose_name=_('managed directory'), max_length=510, blank=True, editable=False
    )

    sync_enabled = models.BooleanField(verbose_name=_('synchronisation enabled'), default=True)
    sync_direction = models.CharField(
        verbose_name=_('direction'),
        max_length=30,
        choices=SyncDirectionChoices,
        default=SyncDirectionChoices.BIDIRECTIONAL,
    )
    conflict_strategy = models.CharField(
        verbose_name=_('conflict strategy'),
        max_length=30,
        choices=ConflictStrategyChoices,
        default=ConflictStrategyChoices.MERGE_AUTOMATIC,
    )
    bad_document_policy = models.CharField(
        verbose_name=_('bad documents'),
        max_length=30,
        choices=BadDocumentPolicyChoices,
        default=BadDocumentPolicyChoices.HOLD_DOCUMENT,
    )
    publish_mode = models.CharField(
        verbose_name=_('publishing'),
        max_length=30,
        choices=PublishModeChoices,
        default=PublishModeChoices.DIRECT,
    )
    annotate = models.BooleanField(
        verbose_name=_('annotate origin'),
        default=True,
        help_text=_('Write where an object came from into its annotations'),
    )
    keep_layout = models.BooleanField(
        verbose_name=_('keep layout'),
        default=False,
        help_text=_('Leave files that are already there in their places'),
    )
    sync_interval = models.PositiveIntegerField(
        verbose_name=_('interval (seconds)'), default=300, help_text=_('0 switches it off')
    )

    duplicate_detection_enabled = models.BooleanField(
        verbose_name=_('duplicate detection'), default=True
    )
    duplicate_scan_interval = models.PositiveIntegerField(
        verbose_name=_('duplicate scan interval (seconds)'), default=3600
    )
    duplicate_resolution_mode = models.CharField(
        verbose_name=_('duplicate resolution'),
        max_length=30,
        choices=DuplicateResolutionModeChoices,
        default=DuplicateResolutionModeChoices.APPROVE,
    )
    resolution_policy = models.ForeignKey(
        ResolutionPolicy,
        on_delete=models.SET_NULL,
        related_name='fabrics',
        verbose_name=_('resolution policy'),
        null=True,
        blank=True,
    )
    resolution_hierarchy_config = models.JSONField(
        verbose_name=_('own resolution rules'),
        default=dict,
        blank=True,
        help_text=_('What this fabric does otherwise than its policy says'),
    )

    template_context = models.JSONField(
        verbose_name=_('template context'),
        default=dict,
        blank=True,
        help_text=_('Values every template of the fabric gets, by their names'),
    )
    template_environment = models.CharField(
        verbose_name=_('template environment'),
        max_length=100,
        blank=True,
        validators=[RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*$')],
        help_text=_('Take the variables of templates/vars/NAME.yaml, too'),
    )
    template_change_mode = models.CharField(
        verbose_name=_('objects of changed templates'),
        max_length=30,
        choices=TemplateModeChoices,
        default=TemplateModeChoices.HOLD,
    )
    template_removal_mode = models.CharField(
        verbose_name=_('objects no template makes any more'),
        max_length=30,
        choices=TemplateModeChoices,
        default=TemplateModeChoices.HOLD,
        help_text=_('Where changed templates are followed; a person always decides for themselves'),
    )

    kubernetes_namespace = models.CharField(
        verbose_name=_('Kubernetes namespace'), max_length=63, default=DEFAULT_NAMESPACE
    )
    gitops_tool = models.CharField(
        verbose_name=_('GitOps tool'),
        max_length=30,
        choices=GitOpsToolChoices,
        default=GitOpsToolChoices.MANUAL,
    )
    gitops_app_name = models.CharField(
        verbose_name=_('GitOps application'), max_length=253, blank=True
    )
    gitops_namespace = models.CharField(
        verbose_name=_('GitOps namespace'), max_length=63, blank=True
    )

    clone_fields = (
        'status',
        'git_repository',
        'branch',
        'archive_strategy',
        'sync_enabled',
        'sync_direction',
        'conflict_strategy',
        'bad_document_policy',
        'publish_mode',
        'annotate',
        'keep_layout',
        'sync_interval',
        'duplicate_detection_enabled',
        'duplicate_scan_interval',
        'duplicate_resolution_mode',
        'resolution_policy',
        'template_change_mode',
        'template_removal_mode',
        'kubernetes_namespace',
        'gitops_tool',
    )

    class Meta:
        ordering = ('name',)
        verbose_name = _('fabric')
        verbose_name_plural = _('fabrics')
        constraints = [
            models.UniqueConstraint(
                fields=('git_repository', 'gitops_directory'),
                name='hh_fabric_directory_unique',
                violation_error_message=_('Another fabric of this repository has this directory.'),
            ),
            models.CheckConstraint(
                condition=Q(sync_interval=0) | Q(sync_interval__gte=MIN_SYNC_INTERVAL),
                name='hh_fabric_interval',
                violation_error_message=_('The interval is 0 or at least 60 seconds.'),
            ),
            models.CheckConstraint(
                condition=Q(duplicate_scan_interval=0)
                | Q(duplicate_scan_interval__gte=MIN_SYNC_INTERVAL),
                name='hh_fabric_scan_interval',
                violation_error_message=_('The scan interval is 0 or at least 60 seconds.'),
            ),
        ]
        permissions = [
            ('init', 'Initialise the directory in Git'),
            ('ingest', 'Ingest raw files'),
            ('sync', 'Synchronise with Git'),
            ('push', 'Publish to Git'),
            ('settle', 'Settle duplicates'),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, db: str, field_names: Any, values: Any, **options: Any) -> 'HedgehogFabric':
        instance = super().from_db(db, field_names, values, **options)
        instance._remember_stored()
        return instance

    @property
    def effective_branch(self) -> str:
        """The branch that is read and written; empty without a repository."""
        return self.branch or (self.git_repository.default_branch if self.git_repository else '')

    @property
    def docs_url(self) -> str:
        return help_url(self)

    def get_status_color(self) -> str | None:
        return FabricStatusChoices.colors.get(self.status)

    def get_sync_direction_color(self) -> str | None:
        return SyncDirectionChoices.colors.get(self.sync_direction)

    def clean(self) -> None:
        super().clean()
        derived = not self.slug
        self._derive()
        if derived:
            self._refuse_taken_slug()
        self._refuse_nesting()
        self._refuse_reserved()

    def save(self, *args: Any, **kwargs: Any) -> None:
        adding = self._state.adding
        self._derive()
        moved = not adding and self._moved()
        if moved:
            self.gitops_initialized = False
        if kwargs.get('update_fields') is not None:
            kwargs['update_fields'] = self._with_derived(kwargs['update_fields'], moved)
        with transaction.atomic(using=kwargs.get('using')):
            if adding or moved:
                self._lock_repository()
                self._refuse_nesting()
            super().save(*args, **kwargs)
            if adding:
                self._create_state()
            elif moved:
                self._forget_old_place()
        self._remember_stored()

    def _derive(self) -> None:
        self.slug = self.slug or slugify(self.name)
        try:
            directory = normalise_directory(self.gitops_directory)
        except ValidationError as error:
            raise ValidationError({'gitops_directory': error.messages}) from error
        # `/` asks for the root and leaves nothing behind; only what was empty gets the default.
        if self.gitops_directory and not directory:
            self._at_root = True
        if not directory and not getattr(self, '_at_root', False):
            directory = f'fabrics/{self.slug}/gitops'
        self.gitops_directory = directory
        self.raw_directory_path = join(directory, RAW_FOLDER)
        self.managed_directory_path = join(directory, MANAGED_FOLDER)

    def _refuse_taken_slug(self) -> None:
        if HedgehogFabric.objects.filter(slug=self.slug).exclude(pk=self.pk).exists():
            message = _('The slug "{slug}" made of this name is taken: give another one.')
            raise ValidationError({'slug': message.format(slug=self.slug)})

    def _refuse_nesting(self) -> None:
        if self.git_repository_id is None:
            return
        neighbours = HedgehogFabric.objects.filter(git_repository_id=self.git_repository_id)
        for name, other in neighbours.exclude(pk=self.pk).values_list('name', 'gitops_directory'):
            if contains(other, self.gitops_directory) or contains(self.gitops_directory, other):
                message = _('The directory and that of fabric {name} ({other}) overlap.')
                raise ValidationError(
                    {'gitops_directory': message.format(name=name, other=other or '/')}
                )

    def _refuse_reserved(self) -> None:
        # A form that was left empty gives nothing at all.
        if self.template_context is None:
            self.template_context = {}
        given = self.template_context
        if not isinstance(given, dict):
            raise ValidationError({'template_context': _('Give names and their values: {...}.')})
        if reserved := sorted(TEMPLATE_NAMES & given.keys()):
            message = _('A template always has "{name}": it cannot be given.')
            raise ValidationError({'template_context': message.format(name=reserved[0])})

    def _lock_repository(self) -> None:
        # Two fabrics saved at the same moment would each look before the other is there.
        if self.git_repository_id is not None:
            GitRepository.objects.select_for_update().order_by().filter(
                pk=self.git_repository_id
            ).values_list('pk', flat=True).first()

    def _moved(self) -> bool:
        stored = getattr(self, '_stored', {})
        return any(
            name in stored and stored[name] != getattr(self, name) for name in LOCATION_FIELDS
        )

    def _with_derived(self, names: Any, moved: bool) -> set[str]:
        wanted = set(names)
        if wanted & {'gitops_directory', 'slug', 'name'}:
            wanted.update(DERIVED_FIELDS, ('slug', 'gitops_directory'))
        return wanted | {'gitops_initialized'} if moved else wanted

    def _create_state(self) -> None:
        status = (
            SyncStatusChoices.NEVER_SYNCED
            if self.git_repository_id
            else SyncStatusChoices.NOT_CONFIGURED
        )
        FabricSyncState.objects.get_or_create(fabric=self, defaults={'sync_status': status})

    def _forget_old_place(self) -> None:
        FabricSyncState.objects.filter(fabric=self).update(
            last_synced_commit='', desired_state_commit='', tree_digest=''
        )

    def _remember_stored(self) -> None:
        self._stored = {
            name: self.__dict__[name] for name in LOCATION_FIELDS if name in self.__dict__
        }
        self._at_root = self._stored.get('gitops_directory') == ''
