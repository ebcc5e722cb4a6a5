"""Watching raw/ of a work tree: what people put there is committed as it is, then ingested.

Called by `hedgehog-gitops watch`, which passes in time, identity, branch and voice (`Around`). A
round looks at the work tree, waits until its files have settled, and makes two commits. Nothing
is remembered that a restart needs: what is to be done is read from the work tree and the branch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..errors import BranchMoved, EngineError, TryAgainLater
from ..git import Authorship
from ..identity import CommitId, RepoPath
from ..plans import Operation, OperationKind, Plan
from .carry_out import carried_out
from .ingest import plan_ingest
from .outcome import Outcome
from .raw_folder import WatchedFabric
from .reading import find_fabric
from .settling import Settling, settled
from .take_in import FoundFile, plan_taking_in
from .targets import Target
from .watch_events import Event, done, failed, left_alone, refused, started

__all__ = ['Around', 'watch']

type MakesPlan = Callable[[CommitId | None], Plan]
_SOON, _LONGEST = 1.0, 60.0
_DIRTY_RETRY = 2.0
_PASSING = ('RepositoryBusy', 'BranchMoved')


class Around(Protocol):
    """What a watcher has from its caller."""

    def now(self) -> float:
        """Seconds of a clock that never goes back."""

    def wait(self, seconds: float | None) -> bool:
        """Returns when something may have changed or the time is over; False ends the watching."""

    def pause(self, attempt: int) -> None:
        """Waits before a commit is tried again on a branch that moved."""

    def sign(self, kind: OperationKind) -> tuple[Operation, Authorship]:
        """Begins an operation in the person's name."""

    def target(self) -> Target:
        """The branch the work tree is on, and its server where it is pushed."""

    def tell(self, event: Event) -> None:
        """Shows an event."""


def watch(place: WatchedFabric, around: Around, debounce: float) -> None:
    """Takes in and ingests what comes to raw/ until `around.wait` says that it is enough.

    Raises only where watching makes no sense: without a work tree, or without a fabric in it.
    """
    place.look()
    around.tell(started(place.fabric().raw, place.head()))
    watching = _Watching(place, around, debounce)
    look_again: float | None = 0.0
    while around.wait(look_again):
        look_again = watching.step()
    around.tell(Event('stopped'))


@dataclass(slots=True)
class _Watching:
    """What one watcher knows of its last look; lost without harm."""

    place: WatchedFabric
    around: Around
    debounce: float
    settling: Settling = field(default_factory=Settling)
    ingested: CommitId | None = None
    told: dict[str, object] = field(default_factory=dict)
    failures: int = 0
    not_before: float = 0.0

    def step(self) -> float | None:
        """Looks once and does what can be done; returns after how long to look again."""
        try:
            return self._looked()
        except EngineError as error:
            return self._failed(error)
        except BrokenPipeError:
            # Nobody listens any more: that is no trouble of the work tree.
            raise
        except OSError as error:
            return self._failed(TryAgainLater('FileSystemRefused', str(error)))

    def _looked(self) -> float | None:
        place, now = self.place, self.around.now()
        found = place.look()
        decision = settled(self.settling, found.pending, now, self.debounce)
        self.settling = decision.state
        if self._is_news('left', found.left) and found.left:
            self.around.tell(left_alone(found.left))
        if not found.elsewhere:
            self.told.pop('elsewhere', None)
        unfinished = place.repository.has_interrupted_move
        if found.elsewhere == self.told.get('elsewhere') and not unfinished:
            return _DIRTY_RETRY
        if not (decision.ready or found.elsewhere or unfinished or self._is_behind()):
            return decision.look_again
        if now < self.not_before:
            return self.not_before - now
        with place.repository.exclusively():
            again = self._round(decision.ready)
        return decision.look_again if again is None else again

    def _round(self, ready: Sequence[RepoPath]) -> float | None:
        """Does the work while nobody else writes."""
        place = self.place
        place.repository.finish_interrupted_move()
        place.repository.refuse_merge_in_progress()
        elsewhere = place.look().elsewhere
        if elsewhere:
            if self._is_news('elsewhere', elsewhere):
                self.around.tell(refused(elsewhere, _DIRTY_RETRY))
            return _DIRTY_RETRY
        if self._is_behind():
            self._ingest()
        taken = place.read({path: self.settling.since[path][0] for path in ready})
        self._take_in(taken)
        if self._is_behind():
            self._ingest()
        self.failures, self.not_before = 0, 0.0
        self.told.pop('trouble', None)
        return 0.0 if set(ready) - taken.keys() - place.unreadable.keys() else None

    def _is_behind(self) -> bool:
        """True when the branch has what this watcher has not ingested yet."""
        return self.ingested != self.place.head()

    def _take_in(self, taken: Mapping[RepoPath, FoundFile | None]) -> None:
        if not taken:
            return
        place = self.place
        operation, authorship = self.around.sign(OperationKind.DROP)

        def planned(head: CommitId | None) -> Plan:
            if head != place.head():
                # What the server has beyond this clone is ingested before anything comes on top.
                self.ingested = None
                raise BranchMoved('BranchMoved', 'The server has commits this clone lacks.')
            return plan_taking_in(place.store, head, place.fabric(), taken, operation)

        outcome = self._carried_out(planned, authorship)
        if outcome.made:
            self.around.tell(done('dropped', outcome))

    def _ingest(self) -> None:
        place = self.place
        operation, authorship = self.around.sign(OperationKind.INGESTION)

        def planned(head: CommitId | None) -> Plan:
            fabric = find_fabric(place.store, head, place.base)
            return plan_ingest(place.store, head, fabric, operation, place.limits)

        outcome = self._carried_out(planned, authorship)
        self.ingested = outcome.commit
        if self._is_news('findings', outcome.plan.findings) or outcome.made:
            self.around.tell(done('ingested', outcome))

    def _carried_out(self, planned: MakesPlan, authorship: Authorship) -> Outcome:
        around = self.around
        return carried_out(planned, self.place.store, around.target(), authorship, around.pause)

    def _failed(self, error: EngineError) -> float:
        self.failures += 1
        after = min(_SOON * 2.0 ** (self.failures - 1), _LONGEST)
        if isinstance(error, TryAgainLater):
            after = max(after, error.after)
        self.not_before = self.around.now() + after
        # Another run of ours needs a moment; that is worth a word only when it lasts.
        passing = error.reason in _PASSING and self.failures < 3
        if not passing and self._is_news('trouble', (error.reason, error.message)):
            self.around.tell(failed(error, after))
        return after

    def _is_news(self, topic: str, fact: Sequence[object]) -> bool:
        before = self.told.get(topic, type(fact)())
        self.told[topic] = fact
        return before != fact
