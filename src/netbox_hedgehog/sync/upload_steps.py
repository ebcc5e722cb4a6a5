"""Files handed over in NetBox -> commits below raw/; `steps.py` calls it before ingestion.

Each batch is a commit of its own with the files as they are. Ingestion follows as the next commit
of the stack, and both are pushed together, so that no file is ever on the branch half taken in.
"""

from collections.abc import Iterable
from dataclasses import replace

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import Authorship
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.plans import Plan, Write
from hedgehog_gitops.workflows.drop import DroppedFile, plan_drop
from hedgehog_gitops.workflows.known_drops import new_drops

from ..choices import OperationDirectionChoices, SyncOperationTypeChoices, UploadStateChoices
from ..models import RawUpload, SyncOperation
from .load import authorship, engine_operation
from .run import Lane, Outdated, Run, commit, owner
from .uploads import Batch, batches, open_uploads

__all__ = ['add_uploads', 'mark_uploads_pushing']


def add_uploads(run: Run, lane: Lane | None = None) -> None:
    """Makes one commit per user and request of the files that wait."""
    waiting = open_uploads(run.fabric).exclude(state=UploadStateChoices.DECLINED)
    waiting = waiting.select_related('user')
    for batch in batches(upload for upload in waiting if upload.pk not in run.uploaded):
        if run.publishing.may_ingest(batch.uploads[0].user, batch.uploads[0].user_name):
            _add_batch(run, batch, lane)
        else:
            error = NeedsPerson(
                'PermissionDenied',
                f'{batch.uploads[0].user_name or "Nobody"} may not ingest files here (any more).',
            )
            run.refused_uploads.update({each.pk: (each, error) for each in batch.uploads})


def mark_uploads_pushing(uploads: Iterable[RawUpload], made: str) -> None:
    """Writes down in which commit the files are sent; the caller holds the transaction."""
    for upload in uploads:
        now = RawUpload.objects.select_for_update().defer('content').filter(pk=upload.pk).first()
        if now is None:
            raise Outdated('an upload was taken back')
        now.state, now.new_commit, now.path = UploadStateChoices.PUSHING, made, upload.path
        now.save(update_fields=('state', 'new_commit', 'path'))


def _add_batch(run: Run, batch: Batch, lane: Lane | None) -> None:
    tip = lane.tip if lane is not None else run.tip
    operation = _operation_for(run, batch)
    files = {upload: _file(upload) for upload in batch.uploads}
    new = {id(file) for file in new_drops(run.store, tip, run.place, list(files.values()))}
    wanted = {upload: file for upload, file in files.items() if id(file) in new}
    plan, taken = _planned(run, wanted, operation, tip)
    paths = {id(each.content): each.path for each in plan.changes if isinstance(each, Write)}
    for upload in taken:
        upload.path = paths.get(id(files[upload].data), '')
    sent = tuple(upload for upload in taken if upload.path)
    by = _authorship(batch, operation)
    commit(run, _said(plan, batch), operation, by, uploads=sent, lane=lane)
    # The bytes were taken in before, or lie in raw/ still: there is nothing to publish.
    run.needless += [upload for upload in files if upload not in wanted]
    run.needless += [upload for upload in taken if not upload.path]


def _planned(
    run: Run,
    files: dict[RawUpload, DroppedFile],
    operation: SyncOperation,
    tip: CommitId | None,
) -> tuple[Plan, list[RawUpload]]:
    """Plans a batch; a file that cannot be placed is left out, not the others."""
    about = engine_operation(operation)

    def plan(some: Iterable[RawUpload]) -> Plan:
        dropped = [files[upload] for upload in some]
        return plan_drop(run.store, tip, run.place, dropped, about, run.limits)

    try:
        return plan(files), list(files)
    except NeedsPerson:
        good = []
    for upload in files:
        try:
            plan([upload])
        except NeedsPerson as error:
            run.refused_uploads[upload.pk] = (upload, error)
        else:
            good.append(upload)
    return plan(good), good


def _said(plan: Plan, batch: Batch) -> Plan:
    """Takes what the user said about the files as the first line of the commit."""
    message = batch.uploads[0].message
    return replace(plan, subject=message) if message else plan


def _authorship(batch: Batch, operation: SyncOperation) -> Authorship:
    return authorship(
        operation,
        batch.user,
        when=batch.when,
        change_set=batch.id,
        request_id=batch.uploads[0].request_id,
    )


def _file(upload: RawUpload) -> DroppedFile:
    return DroppedFile(upload.name, bytes(upload.content or b''))


def _operation_for(run: Run, batch: Batch) -> SyncOperation:
    part = owner(
        run,
        batch.id,
        SyncOperationTypeChoices.FILE_DROP,
        OperationDirectionChoices.GUI_TO_GIT,
        batch.user,
    )
    part.request_id, part.user_name = batch.uploads[0].request_id, batch.uploads[0].user_name
    return part
