"""Orders -> plan: what every file becomes, where winners and losers go, what the log says.

Called by `workflows/settle.py`. Pure: the tree with the contents of all files concerned comes in,
and `to_home` makes the text of a winner's managed file. A group of which one file cannot be changed
safely is left whole.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..documents import Limits
from ..findings import Finding, Severity
from ..identity import CommitId, RepoPath
from ..layout import Fabric, Snapshot
from ..plans import Conflict, ConflictKind, Operation, OperationKind, Plan, Side, log_writes
from .deciding import Left, Order, is_rehomed, waiting_for
from .groups import Copy, DuplicateGroup
from .header import Header
from .policy import STAYING_LIVE, Action
from .putting_away import Desk
from .rewriting import CannotRewrite, Cut
from .spots import Spot

__all__ = [
    'Becomes',
    'Draft',
    'SettledGroup',
    'ToHome',
    'conflict_of',
    'draft_of',
    'plan_of',
    'settled_as_json',
]

type ToHome = Callable[[Copy], bytes]
"""The text of the managed file for a winner."""

_NAMED = 30


@dataclass(frozen=True, slots=True)
class Becomes:
    """What one description becomes: `path` is where its text is afterwards, empty when deleted."""

    spot: Spot
    action: Action
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class SettledGroup:
    """One group of a plan: the winner, the rule and the sentence, and what all become."""

    order: Order
    becomes: tuple[Becomes, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The changes of all groups that can be settled, and those that cannot."""

    desk: Desk
    settled: tuple[SettledGroup, ...]
    left: tuple[Left, ...]


def draft_of(
    orders: Sequence[Order],
    snapshot: Snapshot,
    fabric: Fabric,
    operation: Operation,
    to_home: ToHome,
    limits: Limits,
    *,
    laid_out: bool,
) -> Draft:
    """Changes every file concerned; groups with a file that refuses are taken out and told."""
    left: list[Left] = []
    orders = list(orders)
    while True:
        desk = Desk.of(snapshot, fabric, operation, limits)
        refused: dict[RepoPath, str] = {}
        work = _Work(desk, to_home, operation, laid_out)
        cuts = work.cuts(orders, refused)
        for path, some in sorted(cuts.items()):
            try:
                desk.change(path, some)
            except CannotRewrite as error:
                refused[path] = str(error)
        if not refused:
            return Draft(desk, tuple(work.settled(order) for order in orders), tuple(left))
        out = [order for order in orders if work.touches(order, refused)]
        for order in out:
            path = next(path for path in work.paths(order) if path in refused)
            left.append(Left(order.group, 'CannotRewrite', f'{path}: {refused[path]}', person=True))
        orders = [order for order in orders if order not in out]


def plan_of(
    draft: Draft, left: Iterable[Left], snapshot: Snapshot, fabric: Fabric, operation: Operation
) -> Plan:
    """The plan with its message, its findings and what a person must decide."""
    left = (*left, *draft.left)
    desk, settled = draft.desk, draft.settled
    log = log_writes(snapshot, fabric, desk.entries, operation, 'what this settlement put away')
    actions = Counter(
        str(each.action)
        for group in settled
        for each in group.becomes
        if each.action is not Action.KEEP
    )
    count = f'{len(settled)} object{"" if len(settled) == 1 else "s"}'
    return Plan(
        operation=OperationKind.DUPLICATES,
        base=snapshot.commit,
        subject=f'Settle duplicates of {count} of {fabric.slug}',
        changes=(*desk.changes, *log),
        findings=tuple(_finding(each) for each in left),
        conflicts=tuple(_conflict(each, snapshot.commit) for each in left if each.person),
        counts={'groups': len(settled), 'left': len(left), **actions},
        body=_body(settled),
    )


@dataclass(slots=True)
class _Work:
    """Turns orders into cuts of files."""

    desk: Desk
    to_home: ToHome
    operation: Operation
    laid_out: bool

    def cuts(
        self, orders: Iterable[Order], refused: dict[RepoPath, str]
    ) -> dict[RepoPath, list[Cut]]:
        """What is done to each file; a home that cannot be written refuses its winner's file."""
        cuts: dict[RepoPath, list[Cut]] = {}
        for order in orders:
            replaced = None
            try:
                if is_rehomed(order.winner, laid_out=self.laid_out):
                    replaced = self._rehomed(order, cuts)
            except CannotRewrite as error:
                refused[order.winner.spot.path] = str(error)
            for copy in order.losers:
                action = order.actions[copy.spot]
                if copy is not replaced and action is not Action.KEEP:
                    header = self._header(order, copy)
                    cut = Cut(copy.spot, action, header, resource=copy.key)
                    cuts.setdefault(copy.spot.path, []).append(cut)
        return cuts

    def paths(self, order: Order) -> list[RepoPath]:
        return [spot.path for spot in order.group.spots]

    def touches(self, order: Order, refused: Mapping[RepoPath, str]) -> bool:
        changed = [copy.spot.path for copy in order.losers]
        if is_rehomed(order.winner, laid_out=self.laid_out):
            changed.append(order.winner.spot.path)
        return any(path in refused for path in changed)

    def settled(self, order: Order) -> SettledGroup:
        """What became of the group, now that the files are changed."""
        winner, actions = order.winner, order.actions
        home = self.desk.homes.get(winner.key)
        rows = [Becomes(winner.spot, Action.KEEP, home or winner.spot.path, order.why)]
        for each in order.group.copies:
            if each.copy is not winner:
                path = self.desk.places.get(each.spot, each.spot.path)
                gone = actions[each.spot] is Action.DELETE
                why = each.why if order.rule != 'choice' else 'loses because a person chose another'
                rows.append(Becomes(each.spot, actions[each.spot], '' if gone else path, why))
        return SettledGroup(order, tuple(rows))

    def _rehomed(self, order: Order, cuts: dict[RepoPath, list[Cut]]) -> Copy | None:
        """Writes the winner to its managed file; returns the loser that stands there."""
        winner = order.winner
        home = self.desk.home(winner.key)
        text = self.to_home(winner)
        there = next((copy for copy in order.losers if copy.spot.path == home), None)
        own = cuts.setdefault(winner.spot.path, [])
        if there is None:
            self.desk.refuse_taken(home)
            self.desk.write_home(winner, home, text)
        else:
            action = order.actions[there.spot]
            if there.spot.item is not None:
                raise CannotRewrite(f'a List stands at {home}, where the winner belongs')
            if action in STAYING_LIVE:
                raise CannotRewrite(f'{home} is where the winner belongs; it cannot stay there')
            header = self._header(order, there)
            replacing = self.desk.replacing(there.spot, action, header, text)
            cuts.setdefault(home, []).append(replacing)
            self.desk.homes[winner.key] = home
        own.append(Cut(winner.spot, Action.ARCHIVE, resource=winner.key, processed=True))
        return there

    def _header(self, order: Order, copy: Copy) -> Header:
        winner = order.winner.spot.path
        if is_rehomed(order.winner, laid_out=self.laid_out):
            winner = self.desk.home(copy.key)
        kept = f'{self.desk.fabric.below(winner)} ({order.winner.spot.path})'
        kept = kept if winner != order.winner.spot.path else self.desk.fabric.below(winner)
        why = next(each.why for each in order.group.copies if each.copy is copy)
        told = f'that one {order.why}; this one {why}' if order.rule != 'choice' else order.why
        return Header(copy.key, kept, told, self.operation)


def settled_as_json(settled: SettledGroup) -> dict[str, Any]:
    """One of the `settled` that `--json` prints."""
    order = settled.order
    return {
        'identity': str(order.group.key),
        'winner': str(order.winner.spot),
        'rule': order.rule,
        'why': order.why,
        'becomes': [
            {
                'file': str(each.spot),
                'action': str(each.action),
                'path': each.path or None,
                'why': each.why,
            }
            for each in settled.becomes
        ],
    }


def _finding(left: Left) -> Finding:
    first = left.group.copies[0].copy
    return Finding(
        Severity.WARNING,
        left.reason,
        f'{left.group.key} is described {len(left.group.copies)} times: {left.message}',
        file=first.spot.path,
        document=first.spot.document,
        line=first.line,
        column=1,
        resource=left.group.key,
    )


def _conflict(left: Left, commit: CommitId | None) -> Conflict:
    return replace(conflict_of(left.group, commit), message=left.message)


def conflict_of(group: DuplicateGroup, commit: CommitId | None) -> Conflict:
    """What a person has to decide about a group: its best two descriptions, and why."""
    one, other = (each.copy.spot for each in group.copies[:2])
    return Conflict(
        ConflictKind.DUPLICATE_IDENTITY,
        group.key,
        waiting_for(group),
        base=None,
        ours=Side(None, None, one.path, one.document),
        theirs=Side(None, None, other.path, other.document),
        fields=group.fields,
        git_commit=commit,
    )


def _body(settled: Sequence[SettledGroup]) -> tuple[str, ...]:
    lines = []
    for group in settled[:_NAMED]:
        order = group.order
        key = order.group.key
        line = f'{key.kind} {key.name}: {order.winner.spot} {order.why}'
        lines.append(line.encode('utf-8', 'backslashreplace').decode())
    if len(settled) > _NAMED:
        lines.append(f'... and {len(settled) - _NAMED} more')
    return tuple(lines)
