"""When a file somebody is writing is finished: once nothing about it has changed for a while.

Pure: `watch.py` says what it sees and what time it is, and is told which paths are ready and when
to look again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..git import FileState
from ..identity import RepoPath

__all__ = ['Settled', 'Settling', 'settled']

# A file that is written for long does not keep the finished ones waiting longer than this.
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Settling:
    """What was seen of each path, and since when it has looked like this."""

    since: Mapping[RepoPath, tuple[FileState, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """The decision: what can be taken now, and after how many seconds to look again if not all."""

    state: Settling
    ready: tuple[RepoPath, ...]
    look_again: float | None


def settled(
    before: Settling, seen: Mapping[RepoPath, FileState], now: float, debounce: float
) -> Settled:
    """Decides which of the paths are ready; `before` is the state of the last decision.

    A burst is taken as one: the first ready file waits for the others, within bounds.
    """
    since = {}
    for path, state in seen.items():
        known = before.since.get(path)
        since[path] = known if known is not None and known[0] == state else (state, now)
    waits = {path: moment + debounce - now for path, (_, moment) in since.items()}
    ready = tuple(path for path, wait in waits.items() if wait <= 0)
    unready = [wait for wait in waits.values() if wait > 0]
    if unready and ready and -min(waits.values()) < _PATIENCE * debounce:
        ready = ()
    return Settled(Settling(since), ready, min(unready, default=None))
