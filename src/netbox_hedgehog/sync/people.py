"""In whose name an operation works, and whether that person still may.

Checked again when the job runs: between asking and running a user may have been switched off.
"""

from typing import Any

from django.contrib.auth import get_user_model

from hedgehog_gitops.errors import NeedsPerson

from ..choices import SyncOperationTypeChoices as Type
from ..choices import TriggerTypeChoices as Trigger
from ..models import HedgehogFabric, HedgehogResource, SyncOperation
from .publishing import PUSH
from .settings import sync_settings

__all__ = ['ONE_OBJECT', 'check_permission', 'person_for', 'service_user']

# The option of a synchronisation that was asked for on account of one object: its key.
ONE_OBJECT = 'resource'

# Who may do it to this very record is asked where it is asked for.
_OF_RECORDS = {
    Type.CONFLICT_RESOLUTION: 'netbox_hedgehog.resolve_conflictresolution',
    Type.UNDO: 'netbox_hedgehog.undo_syncoperation',
    Type.BRANCH_MERGE: 'netbox_hedgehog.merge_pullrequest',
}
_NEEDED = {
    Type.DIRECTORY_INIT: 'init',
    Type.FILE_INGESTION: 'ingest',
    Type.RESTORE: 'push',
    Type.FILE_OPERATIONS: 'push',
    Type.DUPLICATE_SCAN: 'settle',
    Type.DUPLICATE_RESOLUTION: 'settle',
    Type.TEMPLATE_RENDER: 'push',
    Type.WIRING_GENERATION: 'push',
    Type.DEVICE_IMPORT: 'sync',
}


def person_for(operation: SyncOperation) -> Any:
    """Returns the user as stored now: whoever asked, else the service user, else None."""
    users = get_user_model().objects
    if operation.initiated_by_id is None:
        if operation.user_name:
            raise _refused(
                'UserMissing', f'The user {operation.user_name} does not exist any more.'
            )
        return service_user()
    user = users.filter(pk=operation.initiated_by_id).first()
    if user is None or not user.is_active:
        raise _refused('UserInactive', 'The user who asked for this is not active any more.')
    # The permissions of a user object are remembered in it, so a fresh one is used everywhere.
    operation.initiated_by = user
    return user


def service_user() -> Any:
    """Returns the user scheduled runs work as; None when none is configured."""
    name = sync_settings().service_user
    if not name:
        return None
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise _refused(
            'ServiceUserMissing', f"The user {name!r} of the setting 'service_user' is not active."
        )
    return user


def check_permission(operation: SyncOperation, fabric: HedgehogFabric, user: Any) -> None:
    """Refuses what the user may not do to this very fabric; the system itself may."""
    if user is None:
        return
    wanted = f'netbox_hedgehog.{_NEEDED.get(operation.operation_type, "sync")}_hedgehogfabric'
    # An edit publishes itself when its author may push; an automatic start of a directory follows
    # from saving the fabric.
    automatic = operation.trigger_type == Trigger.AUTOMATIC
    if automatic and operation.operation_type == Type.DIRECTORY_INIT:
        wanted = 'netbox_hedgehog.change_hedgehogfabric'
        if user.has_perm('netbox_hedgehog.add_hedgehogfabric', fabric):
            return
    if (asked := _OF_RECORDS.get(operation.operation_type)) and user.has_perm(asked):
        return
    if user.has_perm(wanted, fabric) or _may_publish(operation, fabric, user):
        return
    raise _refused('PermissionDenied', f'{user} lacks the permission {wanted} for this fabric.')


def _may_publish(operation: SyncOperation, fabric: HedgehogFabric, user: Any) -> bool:
    """Whether the user may have it done for what it publishes, or for the one object it is for."""
    options = operation.operation_config
    publishes = operation.trigger_type == Trigger.AUTOMATIC or bool(options.get('publish'))
    if publishes and user.has_perm(PUSH, fabric):
        return True
    if operation.operation_type != Type.SYNC or ONE_OBJECT not in options:
        return False
    permitted = HedgehogResource.objects.restrict(user, 'sync')
    return permitted.filter(pk=options[ONE_OBJECT], fabric=fabric).exists()


def _refused(reason: str, message: str) -> NeedsPerson:
    return NeedsPerson(reason, message, hint='Ask again as a user who may do this.')
