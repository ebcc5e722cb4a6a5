"""What people and hosts ask for beyond a plain operation: kept and enqueued, both or neither.

Called by views, API and webhooks. All of it goes through `enqueue_operation`.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.models import Job
from django.db import transaction
from utilities.exceptions import RQWorkerNotRunningException

from ..choices import (
    OPEN_PULL_REQUEST_STATES,
    CheckpointReasonChoices,
    ConflictStrategyChoices,
    TriggerTypeChoices,
)
from ..choices import SyncOperationTypeChoices as Type
from ..models import (
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    OutboxEntry,
    PullRequest,
    RawUpload,
    SyncOperation,
)
from ..sync import recover
from ..sync.checkpoints import take_if_known
from ..sync.onboarding import onboarding_options
from ..sync.outbox import Editor
from ..sync.resolution import Decision, NeedsPerson
from ..sync.resolve import resolve
from ..sync.uploads import DroppedFile, receive
from ..sync.waiting import discard_edit, request_close, retry_edit
from .operations import enqueue_operation, worker_available

__all__ = [
    'Publication',
    'Resolutions',
    'enqueue_close',
    'enqueue_discard',
    'enqueue_files',
    'enqueue_merge',
    'enqueue_onboarding',
    'enqueue_pushed',
    'enqueue_render',
    'enqueue_resolution',
    'enqueue_restore',
    'enqueue_retry',
    'enqueue_undo',
    'enqueue_upload',
]


@transaction.atomic
def enqueue_upload(
    fabric: HedgehogFabric, files: Sequence[DroppedFile], editor: Editor, trigger_type: str
) -> tuple[Job, SyncOperation, list[RawUpload]]:
    """Keeps files for raw/ and asks for their ingestion, both or neither."""
    uploads = receive(fabric, files, editor)
    job, operation = enqueue_operation(
        fabric,
        Type.FILE_INGESTION,
        user=editor.user,
        trigger_type=trigger_type,
        request_id=editor.request_id,
    )
    kept = RawUpload.objects.filter(pk__in=[upload.pk for upload in uploads])
    kept.update(sync_operation=operation)
    return job, operation, uploads


@dataclass(frozen=True, slots=True)
class Resolutions:
    """What became of several decisions: the operations that publish them, and what was left.

    `secured` says whether a checkpoint was taken before.
    """

    operations: list[SyncOperation]
    done: list[ConflictResolution]
    left: list[tuple[ConflictResolution, NeedsPerson]]
    secured: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """How decisions are published: proposed on a branch, or with a checkpoint in any case.

    `title` is that of the pull request.
    """

    by_review: bool = False
    secure: bool = False
    title: str = ''

    @property
    def options(self) -> dict[str, Any]:
        """What the operation is told of it."""
        review = {'create_pr': True} if self.by_review else {}
        return review | ({'pr_title': self.title} if self.title else {})


AS_USUAL = Publication()


@transaction.atomic
def enqueue_resolution(
    conflicts: Sequence[ConflictResolution],
    decision: Decision,
    editor: Editor,
    trigger_type: str,
    *,
    seen: Mapping[int, str] | None = None,
    leave: bool = False,
    how: Publication = AS_USUAL,
) -> Resolutions:
    """Decides conflicts and asks for their publication: one commit for each fabric.

    What cannot be decided so raises NeedsPerson, or with `leave` stays open and is named. So is a
    conflict whose sides are others by now than those of its mark in `seen`, by number.
    """
    if trigger_type == TriggerTypeChoices.MANUAL and not worker_available():
        raise RQWorkerNotRunningException()
    secure = how.secure or decision.strategy in _ONE_SIDE
    secured = secure and _take_checkpoints(conflicts, editor)
    made = Resolutions([], [], [], secured)
    change_sets: dict[int, uuid.UUID] = defaultdict(uuid.uuid4)
    waiting: dict[int, HedgehogFabric] = {}
    marks = seen or {}
    for conflict in conflicts:
        try:
            change_set = change_sets[conflict.fabric_id]
            mark = marks.get(conflict.pk, '')
            found = resolve(conflict.pk, decision, editor, seen=mark, change_set=change_set)
        except NeedsPerson as error:
            if not leave:
                raise
            made.left.append((conflict, error))
            continue
        made.done.append(found.conflict)
        if found.publishes:
            waiting[conflict.fabric_id] = conflict.fabric
    for fabric in waiting.values():
        _job, operation = enqueue_operation(
            fabric,
            Type.CONFLICT_RESOLUTION,
            user=editor.user,
            trigger_type=trigger_type,
            request_id=editor.request_id,
            options=how.options or None,
        )
        made.operations.append(operation)
    return made


def _take_checkpoints(conflicts: Sequence[ConflictResolution], editor: Editor) -> bool:
    """Keeps what is about to lose; says whether there was anything to keep."""
    fabrics = {conflict.fabric_id: conflict.fabric for conflict in conflicts}
    reason = CheckpointReasonChoices.CONFLICT_DECISION
    taken = [take_if_known(fabric, reason, editor.user) for fabric in fabrics.values()]
    return any(each is not None for each in taken)


# A whole side goes; decisions by field keep both in the record of the conflict.
_ONE_SIDE = (
    ConflictStrategyChoices.GUI_WINS,
    ConflictStrategyChoices.GIT_WINS,
    ConflictStrategyChoices.TIMESTAMP_WINS,
)


@transaction.atomic
def enqueue_undo(
    undone: SyncOperation, user: Any, trigger_type: str, request_id: uuid.UUID | None = None
) -> tuple[Job, SyncOperation]:
    """Asks for a commit that takes back what an operation and its parts have committed."""
    job, operation = enqueue_operation(
        undone.fabric,
        Type.UNDO,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options={'undoes': str(undone.operation_id)},
    )
    operation.undoes = undone
    SyncOperation.objects.filter(pk=operation.pk).update(undoes=undone)
    return job, operation


def enqueue_onboarding(
    fabric: HedgehogFabric,
    existing: str,
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
) -> tuple[Job, SyncOperation]:
    """Asks for the fabric's directory to be laid out; `existing` is done with YAML in it."""
    return enqueue_operation(
        fabric,
        Type.DIRECTORY_INIT,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options=onboarding_options(fabric, existing),
    )


def enqueue_merge(
    fabric: HedgehogFabric,
    options: dict[str, Any],
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
) -> tuple[Job, SyncOperation]:
    """Asks for a branch to be merged into the fabric's: `branch`, and `prefer` or `decisions`.

    With `dry_run` the operation only tells what would come of it.
    """
    return enqueue_operation(
        fabric,
        Type.BRANCH_MERGE,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options=options,
    )


@transaction.atomic
def enqueue_close(
    pull_request: PullRequest, user: Any, trigger_type: str
) -> tuple[Job, SyncOperation]:
    """Has a pull request closed by a synchronisation, which is asked for with it."""
    request_close(pull_request)
    return enqueue_operation(pull_request.fabric, Type.SYNC, user=user, trigger_type=trigger_type)


@transaction.atomic
def enqueue_retry(
    entry: OutboxEntry, editor: Editor, trigger_type: str
) -> tuple[Job, SyncOperation]:
    """Puts an edit back in line and asks for its publication."""
    retry_edit(entry)
    # Where a person has to say so before anything is published, this says it.
    options = {'publish': True} if trigger_type == TriggerTypeChoices.API else None
    return enqueue_operation(
        entry.fabric, Type.SYNC, user=editor.user, trigger_type=trigger_type, options=options
    )


@transaction.atomic
def enqueue_discard(
    entry: OutboxEntry, editor: Editor, trigger_type: str
) -> tuple[Job, SyncOperation]:
    """Takes an edit back, and asks for a synchronisation: its branch or its row may follow."""
    discard_edit(entry, editor)
    return enqueue_operation(entry.fabric, Type.SYNC, user=editor.user, trigger_type=trigger_type)


def enqueue_pushed(repository: GitRepository, branch: str) -> list[SyncOperation]:
    """Asks for a sync of every fabric that follows this branch, or waits for its review."""
    fabrics = recover.self_acting_fabrics().filter(
        git_repository=repository, gitops_initialized=True
    )
    reviewed = set(
        PullRequest.objects.filter(
            git_repository=repository, branch=branch, state__in=OPEN_PULL_REQUEST_STATES
        ).values_list('fabric', flat=True)
    )
    followers = [
        fabric for fabric in fabrics if fabric.effective_branch == branch or fabric.pk in reviewed
    ]
    return [
        enqueue_operation(fabric, Type.SYNC, user=None, trigger_type=TriggerTypeChoices.WEBHOOK)[1]
        for fabric in followers
    ]


@transaction.atomic
def enqueue_restore(
    fabric: HedgehogFabric,
    options: dict[str, Any],
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
) -> tuple[Job, SyncOperation]:
    """Asks for a commit that brings an earlier state back; `options` say of what."""
    return enqueue_operation(
        fabric,
        Type.RESTORE,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options=options,
    )


@transaction.atomic
def enqueue_files(
    fabric: HedgehogFabric,
    operations: Sequence[dict[str, Any]],
    options: dict[str, Any],
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
) -> tuple[Job, SyncOperation]:
    """Asks for operations on files as one commit; their bytes are kept until Git has them."""
    job, operation = enqueue_operation(
        fabric,
        Type.FILE_OPERATIONS,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options=options,
    )
    payload = {'operations': list(operations)}
    SyncOperation.objects.filter(pk=operation.pk).update(payload=payload)
    return job, operation


@transaction.atomic
def enqueue_render(
    fabric: HedgehogFabric,
    options: dict[str, Any],
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[Job, SyncOperation]:
    """Asks for templates to be rendered by one commit, which saves `texts` of them as well."""
    job, operation = enqueue_operation(
        fabric,
        Type.TEMPLATE_RENDER,
        user=user,
        trigger_type=trigger_type,
        request_id=request_id,
        options=options,
    )
    if texts:
        payload = {'templates': dict(texts)}
        SyncOperation.objects.filter(pk=operation.pk).update(payload=payload)
    return job, operation
