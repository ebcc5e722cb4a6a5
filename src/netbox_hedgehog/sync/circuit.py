"""A server that keeps failing is left alone for a while, and tried again with care.

Five failures within five minutes open a repository's circuit; a minute later the next sync is a
probe; three good ones in a row close it, one bad one opens it again. Whoever starts a sync by hand
always probes. `runner.py` asks before it contacts the server, `finish.py` notes what came of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from hedgehog_gitops.errors import EngineError, TryAgainLater

from ..choices import CircuitStateChoices as State
from ..models import GitRepository, GitRepositoryState

__all__ = [
    'PAUSE',
    'Circuit',
    'admit',
    'after_failure',
    'after_success',
    'note_failure',
    'note_success',
]

FAILURES = 5
WINDOW = timedelta(seconds=300)
PAUSE = timedelta(seconds=60)
PROBES = 3

# The server did not answer, or not in time; nothing is wrong with what was asked.
_UNREACHABLE = ('RemoteUnreachable', 'HostUnknown', 'GitTimedOut', 'OutcomeUnknown')


@dataclass(frozen=True, slots=True)
class Circuit:
    """Where a circuit stands.

    `count` are the failures since `since` while it is closed, good probes while it is half open;
    `since` is when it opened while it is open.
    """

    state: str = State.CLOSED
    count: int = 0
    since: datetime | None = None


def after_failure(circuit: Circuit, now: datetime) -> Circuit:
    """Where the circuit stands after the server failed once more."""
    if circuit.state != State.CLOSED:
        return Circuit(State.OPEN, 0, now)
    if circuit.since is None or now - circuit.since > WINDOW:
        return Circuit(State.CLOSED, 1, now)
    if circuit.count + 1 >= FAILURES:
        return Circuit(State.OPEN, 0, now)
    return replace(circuit, count=circuit.count + 1)


def after_success(circuit: Circuit) -> Circuit:
    """Where the circuit stands after the server answered."""
    if circuit.state == State.CLOSED or circuit.count + 1 >= PROBES:
        return Circuit()
    return Circuit(State.HALF_OPEN, circuit.count + 1, circuit.since)


def admit(repository: GitRepository, *, by_person: bool) -> None:
    """Raises TryAgainLater while the server is to be left alone."""
    circuit, now = _read(repository), timezone.now()
    if circuit.state != State.OPEN:
        return
    over = (circuit.since or now) + PAUSE
    if now < over and not by_person:
        raise TryAgainLater(
            'CircuitOpen',
            f'The server of {repository} failed {FAILURES} times in a row and is left alone '
            f'until {timezone.localtime(over):%H:%M:%S}.',
            hint='Nothing is lost: what waits goes out then. A sync started by hand tries at once.',
            after=(over - now).total_seconds(),
        )
    _write(repository, Circuit(State.HALF_OPEN, 0, now))


def note_failure(repository: GitRepository | None, error: EngineError) -> None:
    """Counts a failure, if it is one of the server."""
    if repository is not None and error.reason in _UNREACHABLE:
        _write(repository, after_failure(_read(repository), timezone.now()))


def note_success(repository: GitRepository) -> None:
    """Notes that the server answered."""
    before = _read(repository)
    if before != (after := after_success(before)):
        _write(repository, after)


def _read(repository: GitRepository) -> Circuit:
    row = GitRepositoryState.objects.filter(repository=repository).first()
    if row is None:
        return Circuit()
    return Circuit(row.circuit_state, row.circuit_failures, row.circuit_opened_at)


def _write(repository: GitRepository, circuit: Circuit) -> None:
    GitRepositoryState.objects.filter(repository=repository).update(
        circuit_state=circuit.state,
        circuit_failures=circuit.count,
        circuit_opened_at=circuit.since,
    )
