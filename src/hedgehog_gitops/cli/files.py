"""`hedgehog-gitops files` and `change`: the files of a fabric, and what is done to them by name."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import CommitId, RepoPath
from ..layout import Fabric
from ..plans import Operation, OperationKind, Plan
from ..workflows import (
    CopyFile,
    CreateFile,
    DeleteFile,
    FileFacts,
    FileOperation,
    FileRow,
    MoveFile,
    Original,
    Progress,
    UpdateFile,
    file_facts,
    find_fabric,
    list_files,
    originals,
    path_in,
    plan_file_operations,
    with_backup,
)
from .answer import Answer
from .desk import Asked, opened, write
from .options import DryRun, FabricDir, Json, KeepCopies, Push, Repo, read_directory
from .parts import Line, Part, Rows

__all__ = ['change', 'files']


def files(
    repo: Repo,
    fabric_dir: FabricDir,
    path: Annotated[
        str | None, typer.Option(metavar='PATH', help='Everything about this one file.')
    ] = None,
    archived: Annotated[
        bool, typer.Option('--originals', help='List the ingested originals instead.')
    ] = False,
    json: Json = False,
) -> Answer:
    """List the files of a fabric, its archived originals, or what is known of one file."""
    here = opened(repo)
    head = here.commit()
    fabric = find_fabric(here.store, head, read_directory(fabric_dir))
    if archived:
        kept = originals(here.store, head, fabric)
        return Answer(
            commit=head, more={'originals': [each.as_json() for each in kept]}, body=_kept(kept)
        )
    if path is not None:
        facts = file_facts(here.store, head, fabric, path_in(fabric, path))
        return Answer(commit=head, more={'file': facts.as_json()}, body=[_facts(facts)])
    rows = list_files(here.store, head, fabric.base)
    more = {'files': [row.as_json() for row in rows]}
    return Answer(commit=head, more=more, body=_listed(rows))


def change(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    create: Annotated[
        list[str] | None, typer.Option(metavar='PATH=FILE', help='Put a file where nothing is.')
    ] = None,
    update: Annotated[
        list[str] | None, typer.Option(metavar='PATH=FILE', help='Replace the bytes of a file.')
    ] = None,
    delete: Annotated[list[str] | None, typer.Option(metavar='PATH', help='Remove a file.')] = None,
    move: Annotated[list[str] | None, typer.Option(metavar='FROM=TO', help='Move a file.')] = None,
    copy: Annotated[list[str] | None, typer.Option(metavar='FROM=TO', help='Copy a file.')] = None,
    message: Annotated[
        str, typer.Option('--message', '-m', metavar='TEXT', help='First line of the commit.')
    ] = '',
    force: Annotated[
        bool, typer.Option('--force', help='Put into managed/ even what is not fit for it.')
    ] = False,
    backup_copies: KeepCopies = False,
    dry_run: DryRun = False,
    push: Push = False,
    json: Json = False,
) -> Answer:
    """Create, update, delete, move and copy files: all of it as one commit, or nothing.

    All options are repeatable; deletions and moves are done first, then copies, then new bytes.
    """
    base = read_directory(fabric_dir)
    written = {text: _read(text) for text in [*(create or []), *(update or [])]}

    def asked(fabric: Fabric) -> list[FileOperation]:
        def at(text: str) -> RepoPath:
            return path_in(fabric, text.partition('=')[0])

        def to(text: str) -> RepoPath:
            return path_in(fabric, text.partition('=')[2])

        wanted: list[FileOperation] = [DeleteFile(at(text)) for text in delete or []]
        wanted += [MoveFile(at(text), to(text)) for text in move or []]
        wanted += [CopyFile(at(text), to(text)) for text in copy or []]
        wanted += [UpdateFile(at(text), written[text]) for text in update or []]
        return wanted + [CreateFile(at(text), written[text]) for text in create or []]

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        fabric = find_fabric(store, head, base)
        wanted = asked(fabric)
        if head is None or not wanted:
            raise NeedsPerson('NothingAsked', 'No file was named.', hint='`change --help`')
        plan = plan_file_operations(store, head, fabric, wanted, message, force=force)
        return with_backup(store, plan, fabric, operation.now) if backup_copies else plan

    return write(Asked(repo, dry_run, push, json), OperationKind.FILES, base, planned)


def _read(text: str) -> bytes:
    path, found, file = text.partition('=')
    if not found or not path:
        raise typer.BadParameter(f'{text!r} is not PATH=FILE', param_hint='--create, --update')
    return sys.stdin.buffer.read() if file == '-' else Path(file).read_bytes()


def _listed(rows: list[FileRow]) -> list[Part]:
    shown = tuple((row.path, str(row.size or 0), row.blob[:12]) for row in rows)
    return [Rows(shown, ('File', 'Bytes', 'Blob'))] if shown else [Line('there are no files')]


def _kept(kept: list[Original]) -> list[Part]:
    shown = tuple(
        (each.file, each.timestamp, each.user, each.archived or 'history only', each.blob[:12])
        for each in kept
    )
    headers = ('Original', 'Ingested', 'By', 'Kept in', 'Blob')
    return [Rows(shown, headers)] if shown else [Line('nothing was ingested yet')]


def _facts(facts: FileFacts) -> Rows:
    told = facts.as_json()
    return Rows(
        (
            ('file', facts.row.path),
            ('bytes', str(facts.row.size)),
            ('SHA-256', facts.sha256),
            ('blob', facts.row.blob),
            ('objects', ', '.join(facts.objects) or '-'),
            ('versions', str(told['versions'])),
            ('authors', ', '.join(told['authors'])),
        )
    )
