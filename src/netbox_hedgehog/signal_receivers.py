"""Edit saved -> outbox row in the same transaction; on commit -> a job. No Git, no network.

Connected when the plugin starts. Writes that come from Git are told apart by `sync.origin`, so an
import never comes back as an edit.
"""

import logging
import uuid
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from netbox.context import current_request
from netbox.signals import post_clean

from .choices import PublishModeChoices, TriggerTypeChoices
from .choices import SyncDirectionChoices as Direction
from .choices import SyncOperationTypeChoices as Type
from .jobs import enqueue_operation
from .models import HedgehogFabric, HedgehogResource, ResolutionPolicy
from .sync.features import Feature, is_on
from .sync.origin import is_from_git
from .sync.outbox import Editor, record_edit, record_removal
from .sync.policies import content_problems, override_problems
from .sync.publishing import PUSH

__all__ = [
    'check_own_rules',
    'check_policy',
    'initialise_directory',
    'keep_edit',
    'keep_removal',
]

logger = logging.getLogger('netbox_hedgehog')


@receiver(post_save, sender=HedgehogResource, dispatch_uid='netbox_hedgehog.keep_edit')
def keep_edit(instance: HedgehogResource, raw: bool = False, **kwargs: Any) -> None:
    """Notes a saved draft in the outbox, and publishes it once the transaction stands."""
    if raw or is_from_git() or _in_branch(instance):
        return
    editor = _editor(instance)
    if record_edit(instance, editor) is not None:
        _publish_on_commit(instance.fabric, editor)


@receiver(pre_delete, sender=HedgehogResource, dispatch_uid='netbox_hedgehog.keep_removal')
def keep_removal(instance: HedgehogResource, origin: Any = None, **kwargs: Any) -> None:
    """Leaves a tombstone for a deleted object; a deleted fabric leaves none."""
    if is_from_git() or _in_branch(instance) or _deleted_model(origin) is not HedgehogResource:
        return
    editor = _editor(instance)
    if record_removal(instance, editor) is not None:
        _publish_on_commit(instance.fabric, editor)


@receiver(post_save, sender=HedgehogFabric, dispatch_uid='netbox_hedgehog.initialise_directory')
def initialise_directory(instance: HedgehogFabric, raw: bool = False, **kwargs: Any) -> None:
    """Starts the initialisation of a fabric that has a repository and no directory yet."""
    if raw or is_from_git() or _in_branch(instance) or instance.gitops_initialized:
        return
    if instance.asks_itself:
        return
    if not is_on(Feature.DIRECTORY_MANAGEMENT):
        return
    repository = instance.git_repository
    never = (Direction.DISABLED, Direction.MANUAL_ONLY)
    if repository is None or not repository.enabled or not instance.sync_enabled:
        return
    if instance.sync_direction not in never:
        _once_on_commit(instance, Type.DIRECTORY_INIT, _editor(instance))


@receiver(post_clean, sender=ResolutionPolicy, dispatch_uid='netbox_hedgehog.check_policy')
def check_policy(instance: ResolutionPolicy, **kwargs: Any) -> None:
    """Lets the engine say whether it could work by a policy, before it is saved anywhere."""
    if problems := content_problems(instance):
        raise ValidationError({'rules': problems})


@receiver(post_clean, sender=HedgehogFabric, dispatch_uid='netbox_hedgehog.check_own_rules')
def check_own_rules(instance: HedgehogFabric, **kwargs: Any) -> None:
    """The same for the rules a fabric lays over its policy."""
    config = instance.resolution_hierarchy_config
    if config and (problems := override_problems(config)):
        raise ValidationError({'resolution_hierarchy_config': problems})


def _publish_on_commit(fabric: HedgehogFabric, editor: Editor) -> None:
    if fabric.publish_mode == PublishModeChoices.MANUAL or not fabric.sync_enabled:
        return
    if not is_on(Feature.BIDIRECTIONAL_SYNC):
        return
    never = (Direction.DISABLED, Direction.MANUAL_ONLY, Direction.GIT_TO_GUI)
    repository = fabric.git_repository
    if fabric.sync_direction in never or repository is None or not repository.enabled:
        return
    # Without the permission the draft waits for somebody who has it.
    if editor.user is None or editor.user.has_perm(PUSH, fabric):
        _once_on_commit(fabric, Type.SYNC, editor)


def _once_on_commit(fabric: HedgehogFabric, operation_type: str, editor: Editor) -> None:
    """Starts a job when the transaction stands: one for a thousand edits of one request."""
    mark = (operation_type, fabric.pk, tuple(connection.savepoint_ids))
    if any(getattr(call, '_hedgehog', None) == mark for _, call, _ in connection.run_on_commit):
        return
    call = partial(_start, fabric.pk, operation_type, editor)
    call._hedgehog = mark  # type: ignore[attr-defined]
    # The edit is saved by then: a queue that cannot be reached must not turn it into an error.
    # The minutely job finds what waits.
    transaction.on_commit(call, robust=True)


def _start(fabric_id: int, operation_type: str, editor: Editor) -> None:
    fabric = HedgehogFabric.objects.select_related('git_repository').filter(pk=fabric_id).first()
    if fabric is None:
        return
    enqueue_operation(
        fabric,
        operation_type,
        user=editor.user,
        trigger_type=TriggerTypeChoices.AUTOMATIC,
        request_id=editor.request_id,
    )


def _editor(instance: Any) -> Editor:
    """Returns who is editing: the user of the request, or the one the row names."""
    request = current_request.get()
    message = getattr(instance, '_changelog_message', None) or ''
    if request is not None and getattr(request.user, 'is_authenticated', False):
        return Editor(_as_stored(request.user), uuid.UUID(str(request.id)), message)
    return Editor(getattr(instance, 'draft_updated_by', None), uuid.uuid4(), message)


def _as_stored(user: Any) -> Any:
    """A request's user is a lazy wrapper; rows are compared and pickled with the user itself."""
    wrapped = getattr(user, '_wrapped', None)
    return wrapped if wrapped is not None and hasattr(wrapped, 'pk') else user


def _deleted_model(origin: Any) -> Any:
    """Returns the model whose deletion began the cascade; it may come as a queryset."""
    return getattr(origin, 'model', None) or type(origin)


def _in_branch(instance: Any) -> bool:
    """A NetBox branch is a proposal: only what is merged into main goes to Git."""
    return bool(instance._state.db and instance._state.db != DEFAULT_DB_ALIAS)
