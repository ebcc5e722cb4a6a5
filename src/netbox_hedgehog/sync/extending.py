"""What other packages bring along: validators of objects, and handlers of failures.

Validators are the engine's (`hedgehog_gitops.validators`). A recovery handler is an entry point of
the group `netbox_hedgehog.recovery_handlers`: called with the failure of an operation, it may say
when to try again, that nobody should, or nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from hedgehog_gitops.workflows.validators import GROUP as VALIDATORS
from hedgehog_gitops.workflows.validators import use_validators, validators_from

from ..models import SyncOperation
from .reasons import nature_of
from .run_log import RunLog

__all__ = [
    'HANDLERS',
    'Failure',
    'GiveUp',
    'RetryAfter',
    'decided_after',
    'use_installed_validators',
]

HANDLERS = 'netbox_hedgehog.recovery_handlers'


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed operation: why, what that is, which attempt it was, and what would happen now.

    `after` is the number of seconds until it is tried again by itself, None where it is not.
    """

    operation: SyncOperation
    reason: str
    message: str
    category: str
    severity: str
    recovery: str
    attempt: int
    after: float | None


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Try again in so many seconds, as often as `max_retry_attempts` allows."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not try again."""


def use_installed_validators() -> None:
    """Finds the validators once, when NetBox starts."""
    use_validators(validators_from(entry_points(group=VALIDATORS)))


def decided_after(
    operation: SyncOperation, attempt: int, after: float | None, log: RunLog
) -> float | None:
    """Returns in how many seconds to try again, None for not at all: the first handler counts.

    A handler that breaks off is named in the log, and the next one is asked.
    """
    nature = nature_of(operation.last_reason)
    failure = Failure(
        operation,
        operation.last_reason,
        operation.last_error_message,
        str(nature.category),
        str(nature.gravity),
        str(nature.recovery),
        attempt,
        after,
    )
    for point in _handlers():
        package = f'{point.dist.name} {point.dist.version}' if point.dist else 'unknown package'
        try:
            answer = point.load()(failure)
            if answer is not None and not isinstance(answer, RetryAfter | GiveUp):
                raise TypeError(f'it answered {type(answer).__name__}')
        except Exception as error:
            what = f'{type(error).__name__}: {error}'
            log.error(f'the recovery handler {point.name} of {package} broke off: {what}')
            continue
        if answer is not None:
            log.info(f'the recovery handler {point.name} of {package} says {answer}')
            return max(0.0, answer.seconds) if isinstance(answer, RetryAfter) else None
    return after


def _handlers() -> Iterator[EntryPoint]:
    yield from sorted(entry_points(group=HANDLERS), key=lambda point: point.name)
