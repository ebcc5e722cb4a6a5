"""`hedgehog-gitops edit`: changes fields of one object and no other byte."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..documents import Limits, Value, read
from ..git import GitStore
from ..identity import CommitId, ResourceKey
from ..plans import Operation, OperationKind, Plan
from ..workflows import Edit, Progress, ReplaceSpec, SetFields, find_fabric, plan_edits
from .answer import Answer
from .desk import Asked, write
from .options import (
    DryRun,
    FabricDir,
    Json,
    Limit,
    Push,
    Repo,
    Resource,
    read_assignment,
    read_directory,
    read_field,
    read_limits,
    read_resource,
)

__all__ = ['edit']


def edit(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    resource: Resource,
    set_: Annotated[
        list[str] | None,
        typer.Option('--set', metavar='FIELD=JSON', help='Give a field a value; repeatable.'),
    ] = None,
    unset: Annotated[
        list[str] | None, typer.Option(metavar='FIELD', help='Remove a field; repeatable.')
    ] = None,
    replace_spec: Annotated[
        Path | None,
        typer.Option(metavar='FILE', help='Take the whole spec from a YAML file (- for stdin).'),
    ] = None,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Edit one object in place; comments and every other byte stay."""
    base, limits = read_directory(fabric_dir), read_limits(limit)
    wanted = _edit(read_resource(resource), set_ or [], unset or [], replace_spec, limits)

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        fabric = find_fabric(store, head, base)
        return plan_edits(store, head, fabric, [wanted], operation, limits=limits)

    return write(Asked(repo, dry_run, push, json), OperationKind.EDIT, base, planned)


def _edit(
    key: ResourceKey,
    assignments: list[str],
    unset: list[str],
    replacement: Path | None,
    limits: Limits,
) -> Edit:
    if replacement is not None:
        if assignments or unset:
            raise typer.BadParameter(
                'cannot be joined with --set or --unset', param_hint='--replace-spec'
            )
        return ReplaceSpec(key, _read_spec(replacement, limits))
    if not assignments and not unset:
        raise typer.BadParameter('give --set, --unset or --replace-spec', param_hint='edit')
    fields = dict(read_assignment(text) for text in assignments)
    return SetFields(key, set=fields, unset=tuple(read_field(text) for text in unset))


def _read_spec(file: Path, limits: Limits) -> dict[str, Value]:
    data = sys.stdin.buffer.read() if str(file) == '-' else file.read_bytes()
    reading = read(data, limits)
    documents = [document for document in reading.documents if not document.empty]
    if len(documents) != 1 or not documents[0].good or not isinstance(documents[0].value, dict):
        findings = [*reading.findings, *(f for d in documents for f in d.findings)]
        why = f': {findings[0].message}' if findings else ''
        raise typer.BadParameter(
            f'{file} must hold one mapping, the spec{why}', param_hint='--replace-spec'
        )
    return documents[0].value
