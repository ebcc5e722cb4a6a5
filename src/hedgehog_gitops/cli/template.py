"""`hedgehog-gitops template`: a template of objects that are there, or one of the ready ones."""

from collections.abc import Sequence
from typing import Annotated

import typer

from ..documents import FieldPath
from ..git import GitStore
from ..identity import CommitId
from ..plans import Operation, OperationKind, Plan
from ..templates import READY
from ..workflows import Progress, find_fabric, plan_ready_template, plan_template_from
from .answer import Answer
from .desk import Asked, write
from .options import (
    DryRun,
    FabricDir,
    Json,
    Limit,
    Push,
    Repo,
    read_directory,
    read_field,
    read_limits,
    read_resource,
)

__all__ = ['template']


def template(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    name: Annotated[
        str, typer.Option(metavar='PATH', help='Where below templates/; ends in .yaml.j2.')
    ],
    resource: Annotated[
        list[str] | None,
        typer.Option(metavar='KIND/[NAMESPACE/]NAME', help='An object it makes; repeatable.'),
    ] = None,
    variable: Annotated[
        list[str] | None,
        typer.Option(metavar='NAME=FIELD', help='A field that is to vary; repeatable.'),
    ] = None,
    ready: Annotated[
        str | None, typer.Option(metavar='NAME', help=f'One of {", ".join(READY)}.')
    ] = None,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Add a template to templates/, made of objects or copied from a ready one."""
    base, limits = read_directory(fabric_dir), read_limits(limit)
    if (ready is None) == (not resource) or (ready is not None and variable):
        raise typer.BadParameter('give --resource, or --ready alone', param_hint='template')
    keys, fields = [read_resource(one) for one in resource or ()], _fields(variable or ())

    def planned(store: GitStore, head: CommitId | None, _: Operation, __: Progress) -> Plan:
        fabric = find_fabric(store, head, base)
        if head is None:
            raise typer.BadParameter('has no commit yet', param_hint='REPO')
        if ready is not None:
            return plan_ready_template(store, head, fabric, name, ready)
        return plan_template_from(store, head, fabric, name, keys, fields, limits)

    return write(Asked(repo, dry_run, push, json), OperationKind.RENDER, base, planned)


def _fields(texts: Sequence[str]) -> dict[str, FieldPath]:
    fields = {}
    for text in texts:
        name, found, path = text.partition('=')
        if not found or not name.isidentifier():
            raise typer.BadParameter(f'{text!r} is not NAME=FIELD', param_hint='--variable')
        fields[name] = read_field(path)
    return fields
