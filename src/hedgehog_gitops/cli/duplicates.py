"""`hedgehog-gitops duplicates`: objects described in several places, which one counts, and why.

Reports by default; `--apply` settles in one commit what the policy decides, or what is chosen.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..documents import Limits
from ..duplicates import (
    OPTION_SETS,
    Action,
    Choice,
    DuplicateGroup,
    NearMiss,
    Policy,
    SettledGroup,
    Spot,
    chosen_groups,
    conflict_of,
    group_line,
    near_miss_line,
    read_policy,
    settled_as_json,
)
from ..errors import NeedsPerson
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId, RepoPath
from ..layout import Fabric
from ..plans import Operation, OperationKind, Plan
from ..workflows import (
    Progress,
    Scan,
    Settlement,
    entries_below,
    fabric_to_check,
    plan_settlement,
    scan_as_json,
    scan_duplicates,
)
from .answer import Answer
from .desk import Asked, opened, write
from .options import (
    DryRun,
    FabricDir,
    Json,
    Limit,
    Push,
    Repo,
    read_directory,
    read_limits,
    read_resource,
)
from .parts import Line, Part, Section, Sections, counted
from .progress import progress_shown

__all__ = ['duplicates']

_MOST_WORKERS = 8
_LISTED = 40


def duplicates(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    apply: Annotated[
        bool, typer.Option('--apply', help='Settle, in one commit; without it only report.')
    ] = False,
    action: Annotated[
        Action | None, typer.Option(help='What every loser becomes, whatever the policy says.')
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(metavar='FILE', help='A policy in YAML or JSON; or `default`, `issue16`.'),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar='KIND/[NAMESPACE/]NAME', help='Only these objects; repeatable.'),
    ] = None,
    winner: Annotated[
        str | None,
        typer.Option(metavar='PATH[#DOCUMENT]', help='The winner of the one group that is given.'),
    ] = None,
    file: Annotated[
        list[str] | None,
        typer.Option(
            metavar='PATH[#DOCUMENT]=ACTION',
            help='What one file of the one group becomes; repeatable, needed in unmanaged/.',
        ),
    ] = None,
    list_all: Annotated[
        bool, typer.Option('--all', help='List every group and near duplicate.')
    ] = False,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Find objects that are described in several places; say which one counts; settle them."""
    base, limits = read_directory(fabric_dir), read_limits(limit)
    if (winner or file) and len(group or ()) != 1:
        raise typer.BadParameter('needs exactly one --group', param_hint='--winner, --file')
    if not apply and not dry_run and (winner or file or action):
        raise typer.BadParameter(
            'is for --apply or --dry-run; without one of them nothing is settled',
            param_hint='--winner, --file, --action',
        )
    rules, broken = _policy(policy)
    if broken:
        return Answer(findings=broken)
    if not apply and not dry_run:
        return _reported(repo, base, rules, limits, group, json=json, list_all=list_all)
    made: list[Settlement] = []

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        fabric = _fabric(store, head, base)
        assert head is not None  # noqa: S101 - _fabric has refused a branch without commits
        choices = _choices(fabric, group, winner, action, file)
        made[:] = [
            plan_settlement(
                store, head, fabric, operation, rules, choices, action,
                limits=limits, progress=progress, workers=_workers(),
            )
        ]  # fmt: skip
        return made[0].plan

    answer = write(Asked(repo, dry_run, push, json), OperationKind.DUPLICATES, base, planned)
    more = {'settled': [settled_as_json(each) for each in made[0].settled]}
    return replace(
        answer,
        more={**scan_as_json(made[0].scan), **answer.more, **more},
        body=[*_sections(made[0].settled, _settled_section, list_all=list_all), *answer.body],
    )


def _policy(text: str | None) -> tuple[Policy | None, tuple[Finding, ...]]:
    if text is None:
        return None, ()
    for name, ready in OPTION_SETS.items():
        if text == name and not Path(text).exists():
            return ready, ()
    if not Path(text).exists():
        names = ', '.join(OPTION_SETS)
        raise typer.BadParameter(f'{text!r} is no file; ready are {names}', param_hint='--policy')
    policy, findings = read_policy(Path(text).read_bytes(), RepoPath(text))
    return policy, findings if policy is None else ()


def _fabric(store: GitStore, head: CommitId | None, base: RepoPath) -> Fabric:
    if head is None or not entries_below(store, head, base):
        raise NeedsPerson(
            'FabricMissing',
            f'There is nothing in the folder {base or "/"} of this commit.',
            hint='`--fabric-dir` is counted from the top of the repository.',
        )
    return fabric_to_check(store, head, base)


def _choices(
    fabric: Fabric,
    group: Sequence[str] | None,
    winner: str | None,
    action: Action | None,
    file: Sequence[str] | None,
) -> list[Choice] | None:
    if not group:
        return None
    actions = dict(_file_action(fabric, text) for text in file or ())
    won = _spot(fabric, winner) if winner is not None else None
    return [Choice(read_resource(text), won, action, actions) for text in group]


def _file_action(fabric: Fabric, text: str) -> tuple[Spot, Action]:
    path, found, word = text.rpartition('=')
    if not found or word not in list(Action):
        words = ', '.join(Action)
        raise typer.BadParameter(
            f'{text!r} is not PATH=ACTION, with one of {words}', param_hint='--file'
        )
    return _spot(fabric, path), Action(word)


def _spot(fabric: Fabric, text: str) -> Spot:
    """A place, counted from the top of the repository or from the fabric's folder."""
    spot = Spot.parse(text)
    if fabric.base and not spot.path.startswith(f'{fabric.base}/'):
        return replace(spot, path=fabric.path(spot.path))
    return spot


def _reported(
    repo: Path,
    base: RepoPath,
    policy: Policy | None,
    limits: Limits,
    group: Sequence[str] | None,
    *,
    json: bool,
    list_all: bool,
) -> Answer:
    here = opened(repo)
    with progress_shown(quiet=json) as progress:
        fabric = _fabric(here.store, here.head, base)
        scan = scan_duplicates(
            here.store, here.commit(), fabric, policy,
            limits=limits, progress=progress, workers=_workers(),
        )  # fmt: skip
    if group:
        wanted = [Choice(read_resource(text)) for text in group]
        named = chosen_groups(scan.groups, wanted)
        scan = replace(scan, groups=tuple(dict.fromkeys(each for each, _ in named)))
    waiting = [each for each in scan.groups if each.wait is not None and not each.settled]
    return Answer(
        commit=here.head,
        findings=(*scan.findings, *here.findings()),
        conflicts=tuple(conflict_of(each, here.head) for each in waiting),
        more=scan_as_json(scan),
        body=_body(scan, list_all=list_all),
    )


def _body(scan: Scan, *, list_all: bool) -> list[Part]:
    counts = ((scan.files, 'file'), (scan.objects, 'object'), (len(scan.groups), 'group'))
    told = ', '.join(counted(count, word) for count, word in counts)
    return [
        Line(told),
        *_sections(scan.groups, _section, list_all=list_all),
        *_near(scan.near_misses, list_all=list_all),
    ]


def _sections[Item](
    items: Sequence[Item],
    section: Callable[[Item], Section],
    *,
    list_all: bool,
    named: bool = True,
) -> list[Part]:
    """The first of them, a section each, and how many there are beyond."""
    if not items:
        return []
    shown = items if list_all else items[:_LISTED]
    lines: list[Part] = [Sections(tuple(map(section, shown)))]
    if len(shown) < len(items):
        left = len(items) - len(shown)
        more = counted(left, 'more group') if named else f'{left} more'
        lines.append(Line(f'{more}; --all lists every one'))
    return lines


def _near(near_misses: Sequence[NearMiss], *, list_all: bool) -> list[Part]:
    """What looks like duplicates and is none: a person looks at it, nothing else is done."""
    if not near_misses:
        return []
    told = counted(len(near_misses), 'near duplicate')
    return [
        Line(f'{told}: alike, but not one object; never settled', 'near'),
        *_sections(near_misses, _near_section, list_all=list_all, named=False),
    ]


def _near_section(near: NearMiss) -> Section:
    return Section(near_miss_line(near), tuple((f'{spot}', name) for spot, name in near.places))


def _settled_section(settled: SettledGroup) -> Section:
    """Who won and why, and where the text of every description is afterwards."""
    order = settled.order
    rows = tuple(
        (f'{each.spot}', str(each.action), f'-> {each.path}' if each.path else 'gone', each.why)
        for each in settled.becomes
    )
    return Section(f'{order.group.key}: {order.winner.spot} {order.why}', rows)


def _section(group: DuplicateGroup) -> Section:
    rows = tuple(
        (f'{each.spot}', f'line {each.copy.line}', str(each.action), each.why)
        for each in group.copies
    )
    return Section(group_line(group), rows)


def _workers() -> int:
    return min(os.cpu_count() or 1, _MOST_WORKERS)
