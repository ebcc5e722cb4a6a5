"""Buttons: what a person can do with one object, or with the ones selected in a table.

The views name them in `actions`; NetBox asks for the permission, and each button asks again for
the object it stands on, so that a constrained permission hides it where it would be refused.
"""

from .duplicates import (
    BulkSettleDuplicates,
    ExportPolicy,
    IgnoreDuplicates,
    ReconsiderDuplicates,
    ScanDuplicates,
    SettleDuplicates,
    TryPolicy,
    UndoSettlement,
    settled_by,
)
from .fabrics import (
    BulkSyncFabrics,
    IngestRawFiles,
    InitialiseDirectory,
    MakeCheckpoint,
    RestoreFabric,
    RestoreObject,
    RestoreToOperation,
    RollBack,
    SetWebhookSecret,
    SyncFabric,
    TestRepository,
    UploadFiles,
)
from .kinds import (
    AddOfKind,
    BulkDeleteOfKind,
    BulkEditOfKind,
    BulkImportOfKind,
    ExportYaml,
)
from .post import PostAction
from .records import (
    BulkResolveConflicts,
    CancelOperation,
    ClosePullRequest,
    ComparePullRequest,
    DiscardEdit,
    ErrorStatistics,
    MergePullRequest,
    ResolveConflict,
    RetryEdit,
    TakeBackUpload,
    UndoOperation,
)
from .templates import MakeTemplate, RenderTemplates
from .wiring import GenerateWiring, ImportDevices

__all__ = [
    'AddOfKind',
    'BulkDeleteOfKind',
    'BulkEditOfKind',
    'BulkImportOfKind',
    'BulkResolveConflicts',
    'BulkSettleDuplicates',
    'BulkSyncFabrics',
    'CancelOperation',
    'ClosePullRequest',
    'ComparePullRequest',
    'DiscardEdit',
    'ErrorStatistics',
    'ExportPolicy',
    'ExportYaml',
    'GenerateWiring',
    'IgnoreDuplicates',
    'ImportDevices',
    'IngestRawFiles',
    'InitialiseDirectory',
    'MakeCheckpoint',
    'MakeTemplate',
    'MergePullRequest',
    'PostAction',
    'ReconsiderDuplicates',
    'RenderTemplates',
    'ResolveConflict',
    'RestoreFabric',
    'RestoreObject',
    'RestoreToOperation',
    'RetryEdit',
    'RollBack',
    'ScanDuplicates',
    'SetWebhookSecret',
    'SettleDuplicates',
    'SyncFabric',
    'TakeBackUpload',
    'TestRepository',
    'TryPolicy',
    'UndoOperation',
    'UndoSettlement',
    'UploadFiles',
    'settled_by',
]
