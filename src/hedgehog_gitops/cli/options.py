"""The arguments and options several verbs share, and how their texts are read."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ..documents import LIMIT_REASONS, FieldPath, Limits, Value, limits_from, parse_field_path
from ..identity import RepoPath, ResourceKey
from ..kinds import resolve_resource
from ..layout import normalise_directory

__all__ = [
    'DryRun',
    'FabricDir',
    'Json',
    'KeepCopies',
    'Limit',
    'Push',
    'Repo',
    'Resource',
    'read_assignment',
    'read_directory',
    'read_field',
    'read_limits',
    'read_resource',
]

Repo = Annotated[
    Path, typer.Argument(metavar='REPO', help='A bare repository, or a clone with a work tree.')
]
FabricDir = Annotated[
    str, typer.Option('--fabric-dir', metavar='PATH', help="The fabric's folder in the repository.")
]
Resource = Annotated[
    str, typer.Option('--resource', metavar='KIND/[NAMESPACE/]NAME', help='The object meant.')
]
DryRun = Annotated[bool, typer.Option('--dry-run', help='Show the plan as a diff; write nothing.')]
Push = Annotated[bool, typer.Option('--push', help="Push to the branch's upstream as well.")]
Json = Annotated[bool, typer.Option('--json', help='Print one JSON object and nothing else.')]
KeepCopies = Annotated[
    bool,
    typer.Option('--backup-copies', help='Keep what is replaced below .hnp/backups/ as well.'),
]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        '--limit',
        metavar='NAME=NUMBER',
        help=f'Read more or less than usual; repeatable. {", ".join(LIMIT_REASONS)}.',
    ),
]


def read_limits(texts: Sequence[str] | None) -> Limits:
    """Reads `NAME=NUMBER` of each text; time is measured by this machine's clock."""
    values: dict[str, object] = {}
    for text in texts or ():
        name, found, number = text.partition('=')
        if not found:
            raise typer.BadParameter(f'{text!r} is not NAME=NUMBER', param_hint='--limit')
        values[name] = _read_json(name, number)
    try:
        return replace(limits_from(values), clock=time.monotonic)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint='--limit') from None


def read_directory(text: str) -> RepoPath:
    """Returns the one normal form of a folder of the repository."""
    return normalise_directory(text)


def read_resource(text: str) -> ResourceKey:
    """Reads `Kind/[namespace/]name`, or the full `group/Kind/namespace/name`."""
    try:
        return resolve_resource(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint='--resource') from None


def read_field(text: str) -> FieldPath:
    """Reads a field path as a person types it."""
    try:
        return parse_field_path(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint='a field path') from None


def read_assignment(text: str) -> tuple[FieldPath, Value]:
    """Reads `a.b.c=JSON`."""
    path, found, value = _cut_at_equals(text)
    if not found:
        raise typer.BadParameter(f'{text!r} has no "=": write FIELD=JSON', param_hint='--set')
    return read_field(path), _read_json(path, value)


def _cut_at_equals(text: str) -> tuple[str, bool, str]:
    quoted = False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == '=' and not quoted:
            return text[:at], True, text[at + 1 :]
    return text, False, ''


def _read_json(path: str, text: str) -> Value:
    try:
        value: Value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise typer.BadParameter(
            f'{text!r} is no JSON value. A text needs its quotes, kept from the shell by others: '
            f"--set '{path}={json.dumps(text)}'",
            param_hint='--set',
        ) from None
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f'{name} is no JSON')
