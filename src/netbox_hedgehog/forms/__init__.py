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
from .duplicates import BulkSettleForm, SettleForm, YAMLDuplicateGroupFilterForm
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
from .near_duplicates import NEARNESS, NearFilterForm
from .onboarding import OnboardFabricForm, OnboardRepositoryForm, RepositoryChoiceForm
from .policies import (
    PolicyTryOutForm,
    ResolutionPolicyBulkEditForm,
    ResolutionPolicyFilterForm,
    ResolutionPolicyForm,
    ResolutionPolicyImportForm,
)
from .resolve import BulkResolveForm, ResolveForm
from .sync_options import SyncOptionsForm
from .uploads import UploadForm
from .webhooks import WebhookSecretForm

__all__ = [
    'KIND_FILTER_FORMS',
    'NEARNESS',
    'BulkResolveForm',
    'BulkSettleForm',
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
    'NearFilterForm',
    'OnboardFabricForm',
    'OnboardRepositoryForm',
    'OutboxEntryFilterForm',
    'PolicyTryOutForm',
    'PullRequestFilterForm',
    'RawUploadFilterForm',
    'RepositoryChoiceForm',
    'ResolutionPolicyBulkEditForm',
    'ResolutionPolicyFilterForm',
    'ResolutionPolicyForm',
    'ResolutionPolicyImportForm',
    'ResolveForm',
    'SettleForm',
    'SyncOperationFilterForm',
    'SyncOptionsForm',
    'UploadForm',
    'WebhookSecretForm',
    'YAMLDuplicateGroupFilterForm',
    'import_form_of',
]
