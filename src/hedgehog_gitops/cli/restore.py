"""`hedgehog-gitops restore`: an earlier state comes back by a new commit."""

from typing import Annotated

import typer

from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import CommitId
from ..layout import Fabric
from ..plans import Operation, OperationKind, Plan
from ..workflows import (
    Progress,
    find_fabric,
    path_in,
    plan_restore_fabric,
    plan_restore_file,
    plan_restore_original,
    plan_restore_resource,
    the_commit,
    with_backup,
)
from .answer import Answer
from .desk import Asked, write
from .options import DryRun, FabricDir, Json, KeepCopies, Push, Repo, read_directory, read_resource

__all__ = ['restore']


def restore(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    commit: Annotated[
        str | None, typer.Option('--to', metavar='COMMIT', help='The commit to go back to.')
    ] = None,
    resource: Annotated[
        str | None, typer.Option(metavar='KIND/[NAMESPACE/]NAME', help='One object only.')
    ] = None,
    path: Annotated[
        str | None,
        typer.Option(metavar='PATH', help='One file only; with --original where to put it.'),
    ] = None,
    original: Annotated[
        str | None,
        typer.Option(metavar='PATH_OR_BLOB', help='An ingested original; `files` lists them.'),
    ] = None,
    delete: Annotated[
        bool, typer.Option('--delete', help='Delete what was not there at that time.')
    ] = False,
    backup_copies: KeepCopies = False,
    dry_run: DryRun = False,
    push: Push = False,
    json: Json = False,
) -> Answer:
    """Bring an object, a file, an original or the whole fabric back, as one new commit."""
    base = read_directory(fabric_dir)
    _check(commit, original, resource, path)

    def what_is_meant(
        store: GitStore, head: CommitId, fabric: Fabric, operation: Operation
    ) -> Plan:
        file = path_in(fabric, path) if path is not None else None
        if original is not None:
            return plan_restore_original(store, head, fabric, original, operation, file)
        wanted = the_commit(store, commit or '', head)
        if resource is not None:
            key = read_resource(resource)
            return plan_restore_resource(store, head, fabric, key, wanted, delete=delete)
        if file is not None:
            return plan_restore_file(store, head, fabric, file, wanted, delete=delete)
        return plan_restore_fabric(store, head, fabric, wanted, operation)

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        fabric = find_fabric(store, head, base)
        if head is None:
            raise NeedsPerson('NoCommit', 'The repository has no commit yet.')
        plan = what_is_meant(store, head, fabric, operation)
        return with_backup(store, plan, fabric, operation.now) if backup_copies else plan

    return write(Asked(repo, dry_run, push, json), OperationKind.RESTORE, base, planned)


def _check(
    commit: str | None, original: str | None, resource: str | None, path: str | None
) -> None:
    if (commit is None) == (original is None):
        raise typer.BadParameter('give either --to or --original', param_hint='restore')
    if resource is not None and (path is not None or original is not None):
        raise typer.BadParameter(
            'cannot be joined with --path or --original', param_hint='--resource'
        )
