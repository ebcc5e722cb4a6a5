"""`hedgehog-gitops render`: templates become objects."""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..documents import Value, read
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId
from ..plans import ClashRule, Operation, OperationKind, Plan
from ..templates import Bounds, Follow, RenderPolicy, rows_from_file
from ..workflows import (
    Progress,
    Render,
    Report,
    find_fabric,
    plan_render,
    preview_render,
    standing_errors,
    the_commit,
)
from .answer import Answer
from .desk import Asked, opened, write
from .options import DryRun, FabricDir, Json, Limit, Push, Repo, read_directory, read_limits
from .parts import Line

__all__ = ['render']

Context = Annotated[
    Path | None,
    typer.Option(metavar='FILE', help='Variables as YAML or JSON, over those of the folder.'),
]
NetBoxData = Annotated[
    Path | None,
    typer.Option(
        metavar='FILE', help='Answers to the queries of templates, as NetBox gives them out.'
    ),
]
Environment = Annotated[
    str, typer.Option(metavar='NAME', help='Take templates/vars/NAME.yaml as well.')
]
Templates = Annotated[
    list[str] | None,
    typer.Option(
        '--template', metavar='PATH', help='Only this one, counted from templates/; repeatable.'
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar='COMMIT', help='Bring the templates back as they were at a commit.'),
]
Changed = Annotated[
    Follow, typer.Option(help='Objects whose template says something else: change or hold them.')
]
Removed = Annotated[
    Follow, typer.Option(help='Objects no template makes any more: remove or hold them.')
]
Clash = Annotated[
    ClashRule,
    typer.Option(help='Where a hand and a template changed the same: merge waits for a person.'),
]
AllowErrors = Annotated[
    bool, typer.Option('--allow-errors', help='Take over what a cluster would refuse, too.')
]
Show = Annotated[
    bool, typer.Option('--show', help='Print what the templates make; compare it with nothing.')
]
Validate = Annotated[
    bool, typer.Option('--validate', help='Only say what is wrong; write nothing, show no diff.')
]


def render(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    context: Context = None,
    environment: Environment = '',
    netbox_data: NetBoxData = None,
    template: Templates = None,
    as_of: AsOf = None,
    changed: Changed = Follow.FOLLOW,
    removed: Removed = Follow.FOLLOW,
    clash: Clash = ClashRule.MERGE,
    allow_errors: AllowErrors = False,
    show: Show = False,
    validate: Validate = False,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Render templates/ and bring managed/ to what they say, as one commit."""
    base, limits = read_directory(fabric_dir), read_limits(limit)
    asked = Render(
        context=_mapping(context, '--context'),
        environment=environment,
        only=frozenset(map(_name, template)) if template else None,
        policy=RenderPolicy(changed, removed, clash),
        allow_errors=allow_errors,
        bounds=Bounds(clock=time.monotonic),
        ask=rows_from_file(_mapping(netbox_data, '--netbox-data')) if netbox_data else None,
    )
    reports: list[Report] = []

    def meant(store: GitStore, head: CommitId) -> Render:
        return replace(asked, as_of=the_commit(store, as_of, head)) if as_of else asked

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        fabric = find_fabric(store, head, base)
        wanted = meant(store, head) if head is not None else asked
        made = plan_render(store, head, fabric, wanted, operation, limits, progress)
        reports[:] = made.reports
        if validate and head is not None:
            standing = standing_errors(store, head, fabric, made.plan, limits)
            return replace(made.plan, findings=(*made.plan.findings, *standing))
        return made.plan

    if show:
        here = opened(repo)
        head = here.commit()
        fabric = find_fabric(here.store, head, base)
        texts, findings = preview_render(here.store, head, fabric, meant(here.store, head), limits)
        return _shown(texts, findings, json=json)
    quiet = dry_run or validate
    answer = write(Asked(repo, quiet, push, json), OperationKind.RENDER, base, planned)
    more = {**answer.more, 'templates': [report.as_json() for report in reports]}
    return replace(answer, more=more, body=_summary(answer) if validate else answer.body)


def _name(text: str) -> str:
    """The path below templates/, which people may or may not write in front of it."""
    return text.removeprefix('templates/')


def _mapping(file: Path | None, option: str) -> dict[str, Value]:
    if file is None:
        return {}
    data = sys.stdin.buffer.read() if str(file) == '-' else file.read_bytes()
    reading = read(data)
    documents = [document for document in reading.documents if not document.empty]
    value = documents[0].value if len(documents) == 1 and documents[0].good else None
    if not isinstance(value, dict):
        why = f': {reading.findings[0].message}' if reading.findings else ''
        raise typer.BadParameter(
            f'{file} must hold one mapping of names to values{why}', param_hint=option
        )
    return value


def _summary(answer: Answer) -> list[Line]:
    counts = answer.more.get('counts')
    told = counts.items() if isinstance(counts, dict) else ()
    return [Line(', '.join(f'{count} {name}' for name, count in told) or 'nothing to render')]


def _shown(texts: Mapping[str, bytes], findings: tuple[Finding, ...], *, json: bool) -> Answer:
    printed = {name: text.decode('utf-8', 'replace') for name, text in texts.items()}
    if json:
        return Answer(findings=findings, more={'rendered': printed})
    parts = [f'# templates/{name}\n---\n{text}' for name, text in printed.items()]
    lines = [f'# {finding}\n' for finding in findings]
    return Answer(findings=findings, text=''.join([*parts, *lines]).rstrip('\n'))
