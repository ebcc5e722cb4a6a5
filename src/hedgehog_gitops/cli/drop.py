"""`hedgehog-gitops drop`: puts files into raw/ and has them ingested, without any other Git."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..git import GitStore
from ..identity import CommitId
from ..plans import Operation, OperationKind, Plan
from ..workflows import (
    DroppedFile,
    Progress,
    find_fabric,
    plan_drop,
    plan_drop_and_ingest,
    plan_ingest,
)
from .answer import Answer
from .desk import Asked, write
from .options import DryRun, FabricDir, Json, Limit, Push, Repo, read_directory, read_limits

__all__ = ['drop']


def drop(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    files: Annotated[
        list[Path], typer.Argument(metavar='FILE...', help='YAML files; - reads standard input.')
    ],
    fabric_dir: FabricDir,
    name: Annotated[
        str | None,
        typer.Option(metavar='PATH', help='Where below raw/ the one file goes; - needs it.'),
    ] = None,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Put files into raw/ by one commit, and ingest them by a second one."""
    base, limits = read_directory(fabric_dir), read_limits(limit)
    dropped = _read(files, name)
    asked = Asked(repo, dry_run, push, json)

    def placed(store: GitStore, head: CommitId | None, operation: Operation, _: Progress) -> Plan:
        return plan_drop(store, head, find_fabric(store, head, base), dropped, operation, limits)

    def both(store: GitStore, head: CommitId | None, operation: Operation, _: Progress) -> Plan:
        fabric = find_fabric(store, head, base)
        return plan_drop_and_ingest(store, head, fabric, dropped, operation, limits)

    def ingested(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        fabric = find_fabric(store, head, base)
        return plan_ingest(store, head, fabric, operation, limits, progress)

    if dry_run:
        return write(asked, OperationKind.INGESTION, base, both)
    return _one_answer(
        write(asked, OperationKind.DROP, base, placed),
        write(asked, OperationKind.INGESTION, base, ingested),
    )


def _read(files: Sequence[Path], name: str | None) -> list[DroppedFile]:
    if name is not None and len(files) > 1:
        raise typer.BadParameter('names one file, and several were given', param_hint='--name')
    if name is None and any(str(file) == '-' for file in files):
        raise typer.BadParameter('is needed for standard input', param_hint='--name')
    for file in files:
        if file.is_dir():
            raise typer.BadParameter(f'{file} is a folder; name the files in it', param_hint='FILE')
    return [DroppedFile(name or file.name, _bytes_of(file)) for file in files]


def _bytes_of(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == '-' else file.read_bytes()


def _one_answer(dropped: Answer, ingested: Answer) -> Answer:
    """Both commits told as one thing; `dropped` in the JSON is the first of them."""
    return replace(
        ingested,
        commit=ingested.commit or dropped.commit,
        changes=(*dropped.changes, *ingested.changes),
        more={
            **ingested.more,
            'base': dropped.more['base'],
            'dropped': dropped.commit,
            'operations': [dropped.more['operation'], ingested.more['operation']],
        },
        body=[*dropped.body, *ingested.body],
    )
