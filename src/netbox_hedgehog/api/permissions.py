"""One permission class per action: a POST asks for the action's own permission, not for `add`."""

from netbox.api.authentication import TokenPermissions

__all__ = [
    'BranchesPermission',
    'CancelOperationPermission',
    'ChangeResourcePermission',
    'CheckFabricPermission',
    'ClosePullRequestPermission',
    'DiscardEditPermission',
    'ErrorStatisticsPermission',
    'FabricConflictsPermission',
    'FabricOperationsPermission',
    'HealthFabricPermission',
    'IngestFabricPermission',
    'InitFabricPermission',
    'MergePullRequestPermission',
    'OutgoingWebhookPermission',
    'PushFabricPermission',
    'ReadPolicyPermission',
    'ResolveConflictPermission',
    'RestorePolicyPermission',
    'RestoreResourcePermission',
    'RetryEditPermission',
    'RollbackCheckpointPermission',
    'SettleDuplicatesPermission',
    'SettleFabricPermission',
    'StatusFabricPermission',
    'SyncFabricPermission',
    'SyncResourcePermission',
    'TestOutgoingWebhookPermission',
    'TestRepositoryPermission',
    'TryPolicyPermission',
    'UndoOperationPermission',
    'WebhookSecretPermission',
]


class InitFabricPermission(TokenPermissions):
    """POST needs `init` on the fabric."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.init_%(model_name)s']}


class CancelOperationPermission(TokenPermissions):
    """POST needs `cancel` on the operation."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.cancel_%(model_name)s']}


class IngestFabricPermission(TokenPermissions):
    """POST needs `ingest` on the fabric."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.ingest_%(model_name)s']}


class PushFabricPermission(TokenPermissions):
    """POST needs `push` on the fabric."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.push_%(model_name)s']}


class RestoreResourcePermission(TokenPermissions):
    """POST needs `push` on the fabric of the object."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.push_hedgehogfabric']}


class RollbackCheckpointPermission(TokenPermissions):
    """POST needs `push` on the fabric of the checkpoint."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.push_hedgehogfabric']}


class ResolveConflictPermission(TokenPermissions):
    """POST needs `resolve` on conflicts."""

    perms_map = {
        **TokenPermissions.perms_map,
        'POST': ['%(app_label)s.resolve_conflictresolution'],
    }


class SyncFabricPermission(TokenPermissions):
    """POST needs `sync` on the fabric."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.sync_%(model_name)s']}


class OutgoingWebhookPermission(TokenPermissions):
    """POST needs `change` on the fabric, and `add` on NetBox's webhooks and event rules."""

    perms_map = {
        **TokenPermissions.perms_map,
        'POST': [
            '%(app_label)s.change_%(model_name)s',
            'extras.add_webhook',
            'extras.add_eventrule',
        ],
    }


class TestOutgoingWebhookPermission(TokenPermissions):
    """POST needs `view` on NetBox's webhook; the view asks for `change` on the fabric as well."""

    # pytest would otherwise take the class for a test case.
    __test__ = False

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.view_%(model_name)s']}


class HealthFabricPermission(TokenPermissions):
    """GET needs `view` on the fabric, as every reading does."""


class StatusFabricPermission(TokenPermissions):
    """GET needs `view` on the fabric, as every reading does."""


class ErrorStatisticsPermission(TokenPermissions):
    """GET needs `view` on errors, as every reading does."""


class TestRepositoryPermission(TokenPermissions):
    """POST needs `test` on the repository."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.test_%(model_name)s']}


class MergePullRequestPermission(TokenPermissions):
    """POST needs `merge` on the pull request."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.merge_%(model_name)s']}


class ClosePullRequestPermission(TokenPermissions):
    """POST needs `close` on the pull request."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.close_%(model_name)s']}


class RetryEditPermission(TokenPermissions):
    """POST needs `retry` on the outbox entry."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.retry_%(model_name)s']}


class DiscardEditPermission(TokenPermissions):
    """POST needs `discard` on the outbox entry."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.discard_%(model_name)s']}


class BranchesPermission(TokenPermissions):
    """GET needs `view`, POST `sync` on the repository."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.sync_%(model_name)s']}


class UndoOperationPermission(TokenPermissions):
    """POST needs `undo` on the operation."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.undo_%(model_name)s']}


class WebhookSecretPermission(TokenPermissions):
    """POST and DELETE need `change` on the repository."""

    perms_map = {
        **TokenPermissions.perms_map,
        'POST': ['%(app_label)s.change_%(model_name)s'],
        'DELETE': ['%(app_label)s.change_%(model_name)s'],
    }


class SettleFabricPermission(TokenPermissions):
    """POST needs `settle` on the fabric."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.settle_%(model_name)s']}


class SettleDuplicatesPermission(TokenPermissions):
    """POST needs `settle` on the fabric of the group."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.settle_hedgehogfabric']}


class ReadPolicyPermission(TokenPermissions):
    """GET needs `view` on the policy, as every reading does."""


class TryPolicyPermission(TokenPermissions):
    """POST writes nothing and needs `view` on the policy."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.view_%(model_name)s']}


class RestorePolicyPermission(TokenPermissions):
    """POST needs `restore` on the policy."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.restore_%(model_name)s']}


class CheckFabricPermission(TokenPermissions):
    """POST writes nothing and needs `view` on the fabric."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.view_%(model_name)s']}


class FabricConflictsPermission(TokenPermissions):
    """GET needs `view` on the fabric and on conflicts."""

    perms_map = {
        **TokenPermissions.perms_map,
        'GET': ['%(app_label)s.view_%(model_name)s', '%(app_label)s.view_conflictresolution'],
    }


class FabricOperationsPermission(TokenPermissions):
    """GET needs `view` on the fabric and on operations."""

    perms_map = {
        **TokenPermissions.perms_map,
        'GET': ['%(app_label)s.view_%(model_name)s', '%(app_label)s.view_syncoperation'],
    }


class SyncResourcePermission(TokenPermissions):
    """POST needs `sync` on the resource."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.sync_%(model_name)s']}


class ChangeResourcePermission(TokenPermissions):
    """POST and PATCH need `change` on the resource."""

    perms_map = {**TokenPermissions.perms_map, 'POST': ['%(app_label)s.change_%(model_name)s']}
