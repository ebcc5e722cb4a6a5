"""`hedgehog-gitops history` and `blame`: who changed what, when, and by which operation."""

from typing import Annotated

import typer

from ..errors import NeedsPerson
from ..identity import ResourceKey
from ..workflows import (
    Entry,
    FieldBlame,
    Removed,
    fabric_history,
    file_history,
    find_fabric,
    path_in,
    removed_objects,
    resource_blame,
    resource_history,
)
from .answer import Answer
from .desk import opened
from .options import FabricDir, Json, Repo, Resource, read_directory, read_field, read_resource
from .parts import Line, Part, Rows

__all__ = ['blame', 'history']


def history(
    repo: Repo,
    fabric_dir: FabricDir,
    resource: Annotated[
        str | None,
        typer.Option(metavar='KIND/[NAMESPACE/]NAME', help='One object; else the whole fabric.'),
    ] = None,
    path: Annotated[
        str | None, typer.Option(metavar='PATH', help='One file, also from before it was moved.')
    ] = None,
    removed: Annotated[
        bool, typer.Option('--removed', help='The objects that are gone, and who removed each.')
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help='At most so many of them.')] = None,
    json: Json = False,
) -> Answer:
    """List the commits that changed a fabric, an object or a file, newest first."""
    if sum((resource is not None, path is not None, removed)) > 1:
        raise typer.BadParameter('only one of --resource, --path and --removed')
    here = opened(repo)
    head = here.commit()
    fabric = find_fabric(here.store, head, read_directory(fabric_dir))
    if removed:
        gone = removed_objects(here.store, head, fabric)[:limit]
        told = [each.as_json() for each in gone]
        return Answer(commit=head, more={'removed': told}, body=_gone(gone))
    if resource is not None:
        key = read_resource(resource)
        entries = resource_history(here.store, head, fabric, key, limit=limit)
    elif path is not None:
        entries = file_history(here.store, head, path_in(fabric, path), limit=limit)
    else:
        entries = fabric_history(here.store, head, fabric, limit=limit)
    return Answer(
        commit=head,
        more={'commits': [entry.as_json() for entry in entries]},
        body=_listed(entries),
    )


def blame(
    repo: Repo,
    fabric_dir: FabricDir,
    resource: Resource,
    field: Annotated[
        str | None, typer.Option(metavar='FIELD', help='One field and those below it; else all.')
    ] = None,
    json: Json = False,
) -> Answer:
    """Tell for each field of an object who set it, in which commit, and where it stands."""
    key, wanted = read_resource(resource), read_field(field) if field is not None else None
    here = opened(repo)
    head = here.commit()
    fabric = find_fabric(here.store, head, read_directory(fabric_dir))
    found = resource_blame(here.store, head, fabric, key, wanted)
    if not found:
        what = f'{resource} never had a field {field}' if field else f'there never was a {resource}'
        raise NeedsPerson(
            'NothingToBlame', f'In this history {what}.', hint='`status` shows what is there.'
        )
    return Answer(
        commit=head, more={'fields': [each.as_json() for each in found]}, body=[_blamed(found)]
    )


def _listed(entries: list[Entry]) -> list[Part]:
    if not entries:
        return [Line('no commit changed it')]
    about_one = any(entry.action for entry in entries)
    headers = ('Commit', 'When', 'Author', 'Operation', 'What')
    rows = tuple(_row(entry) for entry in entries)
    if not about_one:
        return [Rows(rows, headers)]
    more = tuple((entry.action, entry.path or '', ', '.join(entry.fields[:3])) for entry in entries)
    joined = tuple((*row, *rest) for row, rest in zip(rows, more, strict=True))
    return [Rows(joined, (*headers, 'Action', 'File', 'Fields'))]


def _gone(removed: list[Removed]) -> list[Part]:
    if not removed:
        return [Line('nothing was removed that is not there again')]
    headers = ('Object', 'Removed', 'Author', 'Operation', 'What', 'Was in', 'Last commit with it')
    rows = tuple(
        (_as_typed(each.key), *_row(each.entry)[1:], each.entry.path or '', each.last[:12])
        for each in removed
    )
    return [Rows(rows, headers)]


def _as_typed(key: ResourceKey) -> str:
    """As `--resource` takes it."""
    return f'{key.kind}/{key.namespace}/{key.name}'


def _row(entry: Entry) -> tuple[str, ...]:
    when = f'{entry.when:%Y-%m-%d %H:%M}'
    return entry.commit[:12], when, entry.author, entry.operation or '', entry.subject


def _blamed(found: list[FieldBlame]) -> Rows:
    rows = tuple(
        (
            each.field,
            _shown(each),
            each.entry.user or each.entry.author,
            f'{each.entry.when:%Y-%m-%d %H:%M}',
            each.entry.commit[:12],
            ':'.join(str(part) for part in (each.path, each.line) if part),
            ':'.join(str(part) for part in (each.source, each.source_line) if part),
        )
        for each in found
    )
    return Rows(rows, ('Field', 'Value', 'Who', 'When', 'Commit', 'Now in', 'Came from'))


def _shown(each: FieldBlame) -> str:
    return repr(each.value) if each.present else '(removed)'
