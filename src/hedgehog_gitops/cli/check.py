"""`hedgehog-gitops check`: what is wrong with the files of one fabric or of all of them.

Nothing is written. Serves a person at a terminal, a pre-commit hook (`--staged --changed`) and a
CI step (`--format sarif`, `--format github`).
"""

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..documents import Limits
from ..findings import Finding, Severity
from ..identity import CommitId, RepoPath, TreeId
from ..layout import Fabric
from ..workflows import (
    Checked,
    Progress,
    changed_paths,
    check_fabric,
    check_paths,
    fabric_to_check,
    fabrics_of,
    refuse_absent_paths,
)
from .answer import Answer
from .desk import Opened, opened
from .options import Json, Limit, Repo, read_directory, read_limits
from .parts import Line, counted
from .progress import progress_shown
from .report import github_annotations, in_groups, sarif

__all__ = ['Format', 'check']

_MOST_WORKERS = 8


class Format(StrEnum):
    """How the findings are printed."""

    TEXT = 'text'
    JSON = 'json'
    SARIF = 'sarif'
    GITHUB = 'github'


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar='[PATH]...', help='Report on these files and folders, and what they do to others.'
    ),
]
OneFabric = Annotated[
    str | None,
    typer.Option(
        '--fabric-dir',
        metavar='PATH',
        help="The fabric's folder in the repository; without it every fabric is checked.",
    ),
]
Chosen = Annotated[
    Format,
    typer.Option('--format', help='SARIF for code scanning, annotations for GitHub Actions.'),
]
Staged = Annotated[bool, typer.Option('--staged', help='Check what would be committed now.')]
OnDisk = Annotated[bool, typer.Option('--on-disk', help='Check the files as they lie on disk.')]
Changed = Annotated[
    bool,
    typer.Option(
        '--changed', help='Report on what differs from HEAD only, with --staged or --on-disk.'
    ),
]
Strict = Annotated[bool, typer.Option('--strict', help='Exit with 1 for warnings, too.')]
All = Annotated[bool, typer.Option('--all', help='List every finding, however many there are.')]


def check(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    paths: Paths = None,
    fabric_dir: OneFabric = None,
    staged: Staged = False,
    on_disk: OnDisk = False,
    changed: Changed = False,
    strict: Strict = False,
    list_all: All = False,
    chosen: Chosen = Format.TEXT,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Report what is wrong with the files of a fabric: syntax, schema, rules, references."""
    if staged and on_disk:
        raise typer.BadParameter('cannot be joined with --on-disk', param_hint='--staged')
    if changed and (paths or not (staged or on_disk)):
        raise typer.BadParameter('needs --staged or --on-disk, no paths', param_hint='--changed')
    here = opened(repo)
    only = _repository_paths(here, paths)
    if json:
        chosen = Format.JSON
    quiet = chosen is not Format.TEXT
    with progress_shown(quiet=quiet) as progress:
        looked = _Looked(here, _state(here, staged, on_disk), read_limits(limit), progress)
        checked = looked.changed(fabric_dir) if changed else looked.at(fabric_dir, only)
    findings = checked.findings
    if not staged and not on_disk:
        findings = (*findings, *here.findings())
    return _answer(looked, checked, findings, chosen, strict=strict, list_all=list_all)


class _Looked:
    """One run: the state that is looked at and what each of its fabrics is like."""

    def __init__(
        self, here: Opened, state: CommitId | TreeId, limits: Limits, progress: Progress
    ) -> None:
        self.here, self.state, self.limits, self.progress = here, state, limits, progress

    def changed(self, fabric_dir: str | None) -> Checked:
        only = changed_paths(self.here.store, self.here.head, self.state)
        return self._together(fabric_dir, only) if only else Checked(0, 0, ())

    def at(self, fabric_dir: str | None, only: frozenset[RepoPath]) -> Checked:
        named = only | ({read_directory(fabric_dir)} if fabric_dir is not None else set())
        # What the commit still has may have been removed by what is looked at.
        states = [self.state, *([self.here.head] if self.here.head is not None else [])]
        refuse_absent_paths(self.here.store, states, named)
        return self._together(fabric_dir, only)

    def _together(self, fabric_dir: str | None, only: frozenset[RepoPath]) -> Checked:
        fabrics = self._fabrics(fabric_dir)
        if only:
            fabrics = [fabric for fabric in fabrics if _concerns(fabric, only)]
        found = [self._check(fabric, only) for fabric in fabrics]
        return Checked(
            sum(one.files for one in found),
            sum(one.objects for one in found),
            tuple(finding for one in found for finding in one.findings),
        )

    def _fabrics(self, fabric_dir: str | None) -> list[Fabric]:
        if fabric_dir is None:
            return fabrics_of(self.here.store, self.state)
        return [fabric_to_check(self.here.store, self.state, read_directory(fabric_dir))]

    def _check(self, fabric: Fabric, only: frozenset[RepoPath]) -> Checked:
        store, limits, progress = self.here.store, self.limits, self.progress
        workers = min(os.cpu_count() or 1, _MOST_WORKERS)
        if not only:
            return check_fabric(store, self.state, fabric, limits, progress, workers)
        before = self.here.head if self.here.head != self.state else None
        return check_paths(store, self.state, fabric, only, before, limits, progress, workers)


def _state(here: Opened, staged: bool, on_disk: bool) -> CommitId | TreeId:
    if staged:
        return here.repository.staged()
    return here.repository.on_disk() if on_disk else here.commit()


def _repository_paths(here: Opened, paths: Sequence[Path] | None) -> frozenset[RepoPath]:
    """The paths counted from the repository's top.

    A person in a folder of the repository means them from there, anybody else from its top.
    """
    top = here.repository.work_tree
    if top is None:
        return frozenset(RepoPath(read_directory(str(path))) for path in paths or ())
    found = set()
    here_now = Path.cwd()
    start = here_now if here_now.is_relative_to(top) else top
    for path in paths or ():
        within = Path(os.path.normpath(start / path))
        if not within.is_relative_to(top):
            raise typer.BadParameter(f'{path} is not in the repository {top}', param_hint='PATH')
        below = within.relative_to(top).as_posix()
        found.add(RepoPath('' if below == '.' else below))
    return frozenset(found)


def _concerns(fabric: Fabric, only: frozenset[RepoPath]) -> bool:
    base = f'{fabric.base}/' if fabric.base else ''
    return any(f'{path}/'.startswith(base) or base.startswith(f'{path}/') for path in only)


def _answer(
    looked: _Looked,
    checked: Checked,
    findings: tuple[Finding, ...],
    chosen: Format,
    *,
    strict: bool,
    list_all: bool,
) -> Answer:
    commit = looked.here.head
    failing = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    more: dict[str, object] = {}
    text = None
    if chosen is Format.JSON:
        more['counts'] = {'files': checked.files, 'objects': checked.objects}
        more['groups'] = [group.as_json() for group in in_groups(findings)]
    elif chosen is Format.SARIF:
        from importlib.metadata import version

        text = sarif(findings, version('netbox-hedgehog'))
    elif chosen is Format.GITHUB:
        text = github_annotations(findings)
    counts = ((checked.files, 'file'), (checked.objects, 'object'), (len(findings), 'finding'))
    summary = ', '.join(counted(count, word) for count, word in counts)
    return Answer(
        commit=commit,
        findings=findings,
        more=more,
        body=[Line(summary)],
        text=text,
        wants_json=chosen is Format.JSON,
        list_all=list_all,
        hint='--all lists every one',
        failing=failing,
    )
