"""`hedgehog-gitops undo`: a new commit that takes an earlier one back."""

from typing import Annotated

import typer

from ..git import GitStore
from ..identity import CommitId
from ..plans import Operation, OperationKind, Plan
from ..workflows import Progress, plan_undo
from .answer import Answer
from .desk import Asked, write
from .options import DryRun, Json, Push, Repo

__all__ = ['undo']


def undo(
    repo: Repo,
    operation_or_commit: Annotated[
        str, typer.Argument(metavar='OPERATION_OR_COMMIT', help='As `history` shows them.')
    ],
    dry_run: DryRun = False,
    push: Push = False,
    json: Json = False,
) -> Answer:
    """Take an operation back by a new commit; refused where later changes touched its files."""

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        return plan_undo(store, head, operation_or_commit, operation)

    return write(Asked(repo, dry_run, push, json), OperationKind.UNDO, '', planned)
