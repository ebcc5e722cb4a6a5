"""The closed set of error codes: what each says, and what to do when nothing more is known.

docs/reference/rest.md has the same table for people.
"""

from collections.abc import Mapping

__all__ = ['ADVICE', 'NOT_FOUND', 'not_found_code']

# What a model's row is called in the code of a 404, by the name of the model, and where it is
# listed. A webhook is NetBox's own.
NOT_FOUND: Mapping[str, tuple[str, str]] = {
    'checkpoint': ('CHECKPOINT_NOT_FOUND', 'checkpoints/'),
    'conflictresolution': ('CONFLICT_NOT_FOUND', 'conflicts/'),
    'errorrecord': ('ERROR_NOT_FOUND', 'errors/'),
    'gitrepository': ('REPOSITORY_NOT_FOUND', 'git-repositories/'),
    'hedgehogfabric': ('FABRIC_NOT_FOUND', 'fabrics/'),
    'hedgehogresource': ('RESOURCE_NOT_FOUND', 'resources/'),
    'outboxentry': ('OUTBOX_ENTRY_NOT_FOUND', 'outbox/'),
    'pullrequest': ('PULL_REQUEST_NOT_FOUND', 'pull-requests/'),
    'rawupload': ('UPLOAD_NOT_FOUND', 'uploads/'),
    'resolutionpolicy': ('POLICY_NOT_FOUND', 'resolution-policies/'),
    'syncoperation': ('OPERATION_NOT_FOUND', 'sync-operations/'),
    'webhook': ('WEBHOOK_NOT_FOUND', '/api/extras/webhooks/'),
    'yamlduplicatefile': ('DUPLICATE_FILE_NOT_FOUND', 'duplicate-files/'),
    'yamlduplicategroup': ('DUPLICATE_GROUP_NOT_FOUND', 'duplicate-groups/'),
}

ADVICE: Mapping[str, str] = {
    **{
        code: f'GET {address} lists those there are for you; one you may not view is not there.'
        for code, address in NOT_FOUND.values()
    },
    'BACKUP_NOT_FOUND': 'GET fabrics/<id>/backups/ lists those there are.',
    'COMMIT_NOT_FOUND': 'GET fabrics/<id>/files/history/ lists commits of a file.',
    'DIRECTORY_NOT_INITIALIZED': 'POST fabrics/<id>/init-gitops/ lays the directory out.',
    'FEATURE_DISABLED': 'Ask an operator of NetBox to switch the feature on.',
    'FILE_NOT_FOUND': 'GET fabrics/<id>/files/ lists the files there are.',
    'GITHUB_RATE_LIMITED': "Ask again when the host's limit begins anew.",
    'NETWORK_ERROR': 'Ask again later; POST git-repositories/<id>/test-connection/ says more.',
    'NO_WORKER': 'Start a worker (manage.py rqworker), or wait until one is back, and ask again.',
    'OPERATION_IN_PROGRESS': 'Ask again when the other operation is over.',
    'PERMISSION_DENIED': 'Ask an administrator of NetBox for the permission.',
    'RATE_LIMITED': 'Ask again when the minute is over; Retry-After says when.',
    'REPOSITORY_ACCESS_DENIED': "Look at the repository's address, branch and credential.",
    'STALE_PLAN': 'Read it again, look at what changed, and ask anew.',
    'TIMEOUT_ERROR': 'Ask again later, and look at the way to the Git server.',
    'UNRESOLVED_CONFLICTS': 'POST conflicts/<id>/resolve/ decides one.',
    'VALIDATION_FAILED': 'Correct what the message names; docs/reference/reasons.md explains.',
}


def not_found_code(model_name: str) -> str:
    """Returns the code of a 404 about a model; that of the fabric where none is known."""
    return NOT_FOUND.get(model_name, NOT_FOUND['hedgehogfabric'])[0]
