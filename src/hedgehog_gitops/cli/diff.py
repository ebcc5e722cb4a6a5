"""`hedgehog-gitops diff`: what differs between two versions, by text and by meaning."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import CommitId
from ..layout import Fabric
from ..workflows import (
    FieldChange,
    FileDifference,
    ObjectDifference,
    fabric_difference,
    file_difference,
    find_fabric,
    path_in,
    resource_difference,
    the_commit,
)
from .answer import Answer
from .desk import opened
from .options import FabricDir, Json, Repo, read_directory, read_resource
from .parts import Diff, Line, Part, Rows

__all__ = ['diff']


def diff(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    old: Annotated[
        str | None, typer.Option('--from', metavar='COMMIT', help='The older side; else HEAD~1.')
    ] = None,
    new: Annotated[
        str | None, typer.Option('--to', metavar='COMMIT', help='The newer side; else HEAD.')
    ] = None,
    resource: Annotated[
        str | None, typer.Option(metavar='KIND/[NAMESPACE/]NAME', help='One object only.')
    ] = None,
    path: Annotated[str | None, typer.Option(metavar='PATH', help='One file only.')] = None,
    draft: Annotated[
        Path | None,
        typer.Option(metavar='FILE', help='Compare the object with the text in this file.'),
    ] = None,
    json: Json = False,
) -> Answer:
    """Show how a fabric, an object or a file differs between two commits."""
    if resource is not None and path is not None:
        raise typer.BadParameter('cannot be joined with --path', param_hint='--resource')
    if draft is not None and (resource is None or new is not None):
        raise typer.BadParameter('needs --resource, and no --to', param_hint='--draft')
    here = opened(repo)
    head = here.commit()
    fabric = find_fabric(here.store, head, read_directory(fabric_dir))
    to = the_commit(here.store, new, head) if new is not None else head
    since = _older(here.store, old, to, head) if draft is None or old is not None else head
    more = {'from': since, 'to': None if draft is not None else to}
    if resource is not None:
        side = draft.read_bytes() if draft is not None else to
        key = read_resource(resource)
        found = resource_difference(here.store, fabric, key, since, side)
        return Answer(
            commit=to, more={**more, **found.as_json(), 'text': found.text}, body=_object(found)
        )
    files = _files(here.store, fabric, path, since, to)
    body = [part for each in files for part in _file(each)] or [Line('nothing differs')]
    return Answer(commit=to, more={**more, 'files': [each.as_json() for each in files]}, body=body)


def _older(store: GitStore, name: str | None, to: CommitId, head: CommitId) -> CommitId:
    if name is not None:
        return the_commit(store, name, head)
    parents = store.log(to, limit=1)[0].parents
    if not parents:
        raise NeedsPerson('CommitUnknown', f'{to[:12]} is the first commit.', hint='Give --from.')
    return parents[0]


def _files(
    store: GitStore, fabric: Fabric, path: str | None, since: CommitId, to: CommitId
) -> list[FileDifference]:
    if path is None:
        return fabric_difference(store, fabric, since, to)
    found = file_difference(store, fabric, path_in(fabric, path), since, to)
    return [found] if found is not None else []


def _file(each: FileDifference) -> list[Part]:
    head = Line(f'{each.path}', each.action, 'bold')
    fields = [part for found in each.objects for part in _fields(found.fields)]
    return [head, *fields, *([Diff(each.text)] if each.text else [])]


def _object(found: ObjectDifference) -> list[Part]:
    if found.action == 'same':
        return [Line('nothing differs')]
    fields = _fields(found.fields) or [Line('the meaning is the same')]
    return [Line(str(found.key), found.action, 'bold'), *fields, Diff(found.text)]


def _fields(changes: tuple[FieldChange, ...]) -> list[Part]:
    rows = tuple(
        (
            change.field,
            repr(change.old) if change.was else '-',
            repr(change.new) if change.will else '-',
        )
        for change in changes
    )
    return [Rows(rows, ('Field', 'Old', 'New'))] if rows else []
