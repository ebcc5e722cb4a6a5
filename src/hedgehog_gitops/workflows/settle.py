"""Settles duplicates: scans, decides, plans, and scans the tree the plan would leave.

Called by `hedgehog-gitops duplicates --apply` and by the plugin. A plan that would not keep its
promise is never returned, so it cannot be published: of every settled object the winner's content
is there once and is what NetBox reads, and nothing else came or went.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..documents import Limits, read
from ..duplicates import (
    STAYING_LIVE,
    Action,
    Choice,
    Copy,
    Left,
    Order,
    Policy,
    Row,
    SettledGroup,
    chosen_groups,
    decided,
    described,
    draft_of,
    findings_about,
    is_rehomed,
    is_scanned,
    names_in,
    objects_in,
    only_it_is_refused,
    plan_of,
    tally,
    value_at,
    within_limits,
)
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import CommitId, RepoPath
from ..ingest import managed_text
from ..kinds import Disposition
from ..layout import Fabric, Snapshot, log_paths, managed_path, reading_order
from ..plans import Operation, Plan
from .compose import applied
from .duplicate_rows import LookedAt, aside_of, look_at
from .duplicates import policy_of, scan_of
from .progress import Progress, Silent
from .scan import Scan
from .structure import is_laid_out

__all__ = ['Settlement', 'plan_settlement']

_LIMITS = Limits()
_SILENT = Silent()


@dataclass(frozen=True, slots=True)
class Settlement:
    """The plan, the scan it was made from, what it settles, and what was asked for and is left."""

    plan: Plan
    scan: Scan
    settled: tuple[SettledGroup, ...] = ()
    left: tuple[Left, ...] = ()


def plan_settlement(  # noqa: PLR0913, PLR0917 - what a scan needs, and what was chosen
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    operation: Operation,
    policy: Policy | None = None,
    choices: Sequence[Choice] | None = None,
    action: Action | None = None,
    known: Mapping[str, Row] | None = None,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    workers: int = 1,
) -> Settlement:
    """Plans what settles the groups that are chosen; without `choices` all the policy decides.

    `action` is what losers become instead of what the policy says, where no choice says another.
    """
    progress.stage('read')
    looked = look_at(store, head, fabric, known, limits, progress, workers)
    policy = policy or _own_policy(store, fabric, looked)
    scan = scan_of(store, head, fabric, looked, policy, limits)
    progress.stage('plan')
    laid_out = is_laid_out(fabric, looked.entries)
    asked = chosen_groups(scan.groups, choices, action)
    orders, waiting = decided(asked, scan.policy, laid_out=laid_out)
    orders, beyond = within_limits(orders, scan.policy, laid_out=laid_out)
    snapshot = _loaded(store, head, fabric, looked, orders)
    # Each file was read in time once; on a busy machine it might not be a second time.
    calm = replace(limits, clock=None)
    homes = _Homes(fabric, calm, snapshot)
    draft = draft_of(orders, snapshot, fabric, operation, homes.text, calm, laid_out=laid_out)
    left = [*waiting, *beyond]
    plan = plan_of(draft, left, snapshot, fabric, operation)
    told = _told_of_winners(draft.settled, snapshot, fabric, calm)
    plan = replace(plan, findings=(*plan.findings, *told))
    progress.stage('prove')
    _Promise(looked, fabric, calm).keep(plan, snapshot, draft.settled)
    return Settlement(plan, scan, draft.settled, (*left, *draft.left))


def _own_policy(store: GitStore, fabric: Fabric, looked: LookedAt) -> Policy:
    """The fabric's own policy; a broken one settles nothing by another's rules."""
    policy, findings = policy_of(store, fabric, looked.entries)
    wrong = next((each for each in findings if each.severity is Severity.ERROR), None)
    if wrong is not None:
        raise NeedsPerson(
            'PolicyInvalid',
            f'{wrong.file}:{wrong.line}:{wrong.column}: {wrong.message}',
            hint='Correct it, or give another policy.',
        )
    return policy


def _loaded(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    looked: LookedAt,
    orders: Sequence[Order],
) -> Snapshot:
    """The tree with the contents of every file that may change, and of the log."""
    paths = {spot.path for order in orders for spot in order.group.spots}
    paths |= {
        managed_path(fabric, o.winner.key) for o in orders if is_rehomed(o.winner, laid_out=True)
    }
    paths |= set(log_paths(fabric, looked.entries))
    blobs = {e.blob for p in paths if (e := looked.entries.get(p)) is not None and e.is_file}
    return Snapshot(head, looked.entries, store.read_blobs(blobs))


def _told_of_winners(
    settled: Sequence[SettledGroup], snapshot: Snapshot, fabric: Fabric, limits: Limits
) -> Iterator[Finding]:
    """What a cluster would refuse of winners that a person put over a better description."""
    for group in settled:
        order = group.order
        if order.rule != 'choice' and order.group.wait is None:
            continue
        copies = [each.copy for each in order.group.copies]
        readings = {path: read(snapshot.read(path), limits) for path in order.group.paths}
        values = {copy: value_at(readings[copy.spot.path], copy.spot) for copy in copies}
        faults = only_it_is_refused(order.winner, values, fabric.catalogue)
        yield from findings_about(order.winner, faults, readings[order.winner.spot.path])


@dataclass(slots=True)
class _Homes:
    """Makes the managed text of winners."""

    fabric: Fabric
    limits: Limits
    snapshot: Snapshot

    def text(self, winner: Copy) -> bytes:
        spot = winner.spot
        reading = read(self.snapshot.read(spot.path), self.limits)
        return managed_text(self.fabric, spot.path, reading, spot.document, spot.item, self.limits)


@dataclass(frozen=True, slots=True)
class _Promise:
    """Compares the tree a plan would leave with the one it was made for."""

    looked: LookedAt
    fabric: Fabric
    limits: Limits

    def keep(self, plan: Plan, snapshot: Snapshot, settled: Sequence[SettledGroup]) -> None:
        """Raises SettlementBroken unless exactly what was decided comes of it."""
        if plan.is_empty:
            return
        after = self._after(plan, snapshot)
        expected = tally(self.looked.files, self.looked.rows, self.looked.aside)
        for group in settled:
            key = str(group.order.group.key)
            expected[key] -= _gone(group)
        found = tally(after.files, after.rows, after.aside)
        wrong = [key for key in expected | found if expected[key] != found[key]]
        wrong += [str(g.order.group.key) for g in settled if not _stands(g, after)]
        wrong += self._not_read(settled, after)
        if wrong or _unread(after) > _unread(self.looked):
            raise NeedsPerson(
                'SettlementBroken',
                f'The tree would not be what was decided; nothing was changed. {_told(wrong)}',
                hint='This is a mistake in the program; settle the other objects by name.',
            )

    def _not_read(self, settled: Sequence[SettledGroup], after: LookedAt) -> Iterator[str]:
        """The objects that NetBox would not read as the winner has them."""
        if not is_laid_out(self.fabric, after.entries):
            return
        winners = [g.order.winner for g in settled if not g.order.winner.waits]
        kept = {str(w.key): w for w in winners if w.disposition is Disposition.MANAGED}
        first: dict[str, tuple[tuple[bool, str, int], str]] = {}
        for path, blob in after.files.items():
            if not path.startswith(f'{self.fabric.managed}/'):
                continue
            for one in objects_in(after.rows[blob]) if _names(after.rows[blob], kept) else ():
                if one.key in kept and one.item is None:
                    order = reading_order(self.fabric, one.resource, path, one.document)
                    found = order, one.meaning
                    first[one.key] = min(first.get(one.key, found), found)
        yield from (key for key, w in kept.items() if first.get(key, ((), ''))[1] != w.meaning)

    def _after(self, plan: Plan, snapshot: Snapshot) -> LookedAt:
        """The tree after the plan, of which only the new files are read."""
        tree = applied(snapshot, plan.changes)
        files = {
            path: entry.blob
            for path, entry in tree.entries.items()
            if entry.is_file and is_scanned(self.fabric, path)
        }
        rows: dict[str, Row] = {}
        for blob in files.values():
            if blob not in self.looked.rows and blob not in rows:
                data = tree.contents[blob]
                rows[blob] = described(data, read(data, self.limits), self.fabric.catalogue)
        log = aside_of(self.fabric, tree)
        return LookedAt(tree.entries, files, {**self.looked.rows, **rows}, log, {})


def _gone(group: SettledGroup) -> int:
    """How many descriptions fewer there are: a winner that got a home still is one."""
    return sum(each.action not in STAYING_LIVE for each in group.becomes)


def _stands(group: SettledGroup, after: LookedAt) -> bool:
    """Whether the winner's content is where it was said to be."""
    path = RepoPath(group.becomes[0].path)
    blob = after.files.get(path)
    if blob is None:
        return False
    winner = group.order.winner
    return any(
        one.key == str(winner.key) and one.meaning == winner.meaning
        for one in objects_in(after.rows[blob])
    )


def _names(row: Row, keys: Container[str]) -> bool:
    return any(name in keys for _, _, name, _, _ in names_in(row))


def _unread(looked: LookedAt) -> int:
    return sum(len(looked.rows[blob][-1]) for blob in looked.files.values())


def _told(wrong: Sequence[str]) -> str:
    return f'It concerns {", ".join(dict.fromkeys(wrong[:5]))}.' if wrong else 'A file would break.'
