"""Forms: what a person may enter, and what is checked before anything is saved."""

from .bulk_edit import (
    GitRepositoryBulkEditForm,
    HedgehogFabricBulkEditForm,
    HedgehogResourceBulkEditForm,
)
from .bulk_import import (
    GitRepositoryImportForm,
    HedgehogFabricImportForm,
    HedgehogResourceImportForm,
)
from .checkpoints import CheckpointFilterForm, CheckpointForm
from .errors import ErrorRecordFilterForm
from .filtersets import (
    ConflictResolutionFilterForm,
    GitRepositoryFilterForm,
    HedgehogFabricFilterForm,
    HedgehogResourceFilterForm,
    OutboxEntryFilterForm,
    PullRequestFilterForm,
    RawUploadFilterForm,
    SyncOperationFilterForm,
)
from .kinds import KIND_FILTER_FORMS, KindFilterForm, import_form_of
from .model_forms import GitRepositoryForm, HedgehogFabricForm, HedgehogResourceForm
from .resolve import BulkResolveForm, ResolveForm
from .uploads import UploadForm
from .webhooks import WebhookSecretForm

__all__ = [
    'KIND_FILTER_FORMS',
    'BulkResolveForm',
    'CheckpointFilterForm',
    'CheckpointForm',
    'ConflictResolutionFilterForm',
    'ErrorRecordFilterForm',
    'GitRepositoryBulkEditForm',
    'GitRepositoryFilterForm',
    'GitRepositoryForm',
    'GitRepositoryImportForm',
    'HedgehogFabricBulkEditForm',
    'HedgehogFabricFilterForm',
    'HedgehogFabricForm',
    'HedgehogFabricImportForm',
    'HedgehogResourceBulkEditForm',
    'HedgehogResourceFilterForm',
    'HedgehogResourceForm',
    'HedgehogResourceImportForm',
    'KindFilterForm',
    'OutboxEntryFilterForm',
    'PullRequestFilterForm',
    'RawUploadFilterForm',
    'ResolveForm',
    'SyncOperationFilterForm',
    'UploadForm',
    'WebhookSecretForm',
    'import_form_of',
]
