"""`hedgehog-gitops history`: who changed an object or a fabric, when, and by which operation."""

from typing import Annotated

import typer

from ..workflows import Entry, fabric_history, find_fabric, resource_history
from .answer import Answer
from .desk import opened
from .options import FabricDir, Json, Repo, read_directory, read_resource
from .parts import Line, Part, Rows

__all__ = ['history']


def history(
    repo: Repo,
    fabric_dir: FabricDir,
    resource: Annotated[
        str | None,
        typer.Option(metavar='KIND/[NAMESPACE/]NAME', help='One object; else the whole fabric.'),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help='At most so many commits.')] = None,
    json: Json = False,
) -> Answer:
    """List the commits that changed an object, newest first."""
    key = read_resource(resource) if resource is not None else None
    here = opened(repo)
    head = here.commit()
    fabric = find_fabric(here.store, head, read_directory(fabric_dir))
    if key is None:
        entries = fabric_history(here.store, head, fabric, limit=limit)
    else:
        entries = resource_history(here.store, head, fabric, key, limit=limit)
    return Answer(
        commit=head,
        more={'commits': [entry.as_json() for entry in entries]},
        body=_listed(entries),
    )


def _listed(entries: list[Entry]) -> list[Part]:
    rows = tuple(
        (
            entry.commit[:12],
            f'{entry.when:%Y-%m-%d %H:%M}',
            entry.author,
            entry.operation or '',
            entry.subject,
        )
        for entry in entries
    )
    if not rows:
        return [Line('no commit changed it')]
    return [Rows(rows, ('Commit', 'When', 'Author', 'Operation', 'What'))]
