"""What each reason is, the plugin's own among them: category, severity, recovery.

The engine's words are in `hedgehog_gitops/reasons.py`. Pages, REST, statistics and notifications
ask here.
"""

from collections.abc import Iterable, Mapping

from hedgehog_gitops.reasons import NATURES as ENGINE_NATURES
from hedgehog_gitops.reasons import UNKNOWN, Category, Gravity, Nature, Recovery, natures

__all__ = [
    'NATURES',
    'Category',
    'Gravity',
    'Nature',
    'Recovery',
    'nature_of',
    'reasons_with',
]

_OWN = {
    ('network', 'high', 'retry'): 'CircuitOpen',
    ('permission', 'high', 'abort'): 'InventoryHidden PermissionDenied UserInactive UserMissing',
    ('permission', 'critical', 'manual'): """
        CredentialMissing CredentialUnreadable
        ServiceUserMissing""",
    (
        'configuration',
        'critical',
        'manual',
    ): 'EncryptionKeyInvalid EncryptionKeyMissing StoreUnsafe',
    ('configuration', 'medium', 'manual'): """
        DirectoryNotInitialized PolicyUnreadable RepositoryDisabled RepositoryMissing
        SyncDisabled""",
    ('configuration', 'medium', 'abort'): """
        DirectionNotPermitted FeatureDisabled NoPullRequest SecretTooShort""",
    ('configuration', 'high', 'manual'): 'HostApiMissing NoWorker WorkerMissing',
    ('git_operation', 'low', 'retry'): 'Behind EditsWait NeverSynchronised NotFetched',
    ('git_operation', 'medium', 'manual'): 'ConflictsOpen EditsFailed',
    ('filesystem', 'medium', 'manual'): 'ManifestUnreadable',
    ('unknown', 'high', 'manual'): 'DigestsDiffer',
    ('git_operation', 'high', 'manual'): 'BranchMissing BranchRenamed RepositoryEmpty',
    ('git_operation', 'medium', 'abort'): """
        BackupUnknown BranchExists CheckpointElsewhere CheckpointMissing EditOnItsWay
        NothingToCommit NothingToDiscard NothingToRetry NothingToUndo OperationOver
        PullRequestOver UploadNotWaiting""",
    ('git_operation', 'low', 'skip'): 'ChangeNotTaken PullRequestTakenOver',
    ('validation', 'medium', 'abort'): """
        ConflictDecided ConflictMoved ConflictUnknown DecidedInFiles DecisionUnknown
        DuplicateDecided DuplicatesMoved DuplicateUndecided NothingToSettle
        FabricUnknown FieldUndecided FieldUnknown FieldsClash ImportEmpty NotAList NotFound
        PolicyMissing PolicyVersionMissing SideUndecided SiteMissing StrategyUnknown TagMissing
        TimeUnknown TooManyFiles TooMuchWaiting ValidationFailed""",
    ('validation', 'medium', 'manual'): 'CustomFieldTaken ImportRefused',
    ('validation', 'high', 'skip'): 'DraftEmpty ResourceNotStorable',
    ('unknown', 'critical', 'rollback'): 'InternalError JobTimedOut',
    ('unknown', 'medium', 'rollback'): 'LeaseLost WorkerDied',
}

NATURES: Mapping[str, Nature] = {**ENGINE_NATURES, **dict(natures(_OWN))}


def nature_of(reason: str) -> Nature:
    """Returns what a reason is; a word nobody has described counts as unknown and severe."""
    return NATURES.get(reason, UNKNOWN)


def reasons_with(
    *,
    categories: Iterable[str] = (),
    severities: Iterable[str] = (),
    recoveries: Iterable[str] = (),
) -> list[str]:
    """Returns the reasons that are of one of each that is given."""
    asked = tuple(map(frozenset, (categories, severities, recoveries)))
    return [
        reason
        for reason, nature in NATURES.items()
        if all(
            not wanted or value in wanted
            for wanted, value in zip(
                asked, (nature.category, nature.gravity, nature.recovery), strict=True
            )
        )
    ]
