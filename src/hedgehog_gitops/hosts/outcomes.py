"""Tells apart why a host did not do what was asked: its answer -> the engine's error. Pure.

`exchange.py` asks after every answer. The host's own words are in the message, without the token
and without anything that does not print.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from json import JSONDecodeError, loads
from typing import Any

from ..errors import EngineError, NeedsPerson, OutcomeUnknown, TryAgainLater

__all__ = ['Answer', 'failure', 'limited', 'said', 'unknown', 'unreachable']

# What GitHub asks of those it slows down without saying for how long.
_WHILE = 60.0
_LONGEST_WHILE = 3600.0
_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a host; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """What the body says; None where it is no JSON."""
        try:
            return loads(self.body) if self.body else None
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            return None


def failure(place: str, answer: Answer, *, writing: bool) -> EngineError | None:
    """The error an answer stands for; None for a good one."""
    status = answer.status
    if 200 <= status < 300 or status == 304:
        return None
    wait = limited(answer)
    if wait is not None:
        return slowed_down(place, wait)
    if status >= 500:
        why = f'HTTP {status}'
        return unknown(place, why) if writing else unreachable(place, why)
    return _refused(place, answer)


def limited(answer: Answer) -> float | None:
    """How many seconds the host wants to be left alone; None when that is not its trouble."""
    if answer.status not in (403, 429):
        return None
    if after := _number(answer.headers.get('retry-after', '')):
        return min(after, _LONGEST_WHILE)
    if answer.headers.get('x-ratelimit-remaining') == '0':
        return _until_reset(answer.headers)
    words = said(answer).lower()
    slow = answer.status == 429 or 'rate limit' in words or 'abuse' in words
    return _WHILE if slow else None


def slowed_down(place: str, wait: float) -> TryAgainLater:
    """The budget at the host is used up for now."""
    return TryAgainLater(
        'RateLimited',
        f'{place} takes no more requests of this token for {wait:.0f} s.',
        hint='It is tried again after that.',
        after=wait,
    )


def unreachable(place: str, why: str) -> TryAgainLater:
    """The host did not answer, and nothing was changed there."""
    return TryAgainLater(
        'RemoteUnreachable',
        f'{place} cannot be reached or does not answer ({why}).',
        hint='It is tried again later.',
        after=_WHILE,
    )


def unknown(place: str, why: str) -> OutcomeUnknown:
    """The host may have done what was asked, or not."""
    return OutcomeUnknown(
        'OutcomeUnknown',
        f'The answer of {place} did not arrive ({why}).',
        hint='What it shows is read again to learn what happened.',
        after=1,
    )


def said(answer: Answer) -> str:
    """The host's own words: the message and what it names below `errors`."""
    told = answer.json()
    if not isinstance(told, dict):
        return ''
    errors = told.get('errors')
    parts = [told.get('message'), *map(_detail, errors if isinstance(errors, list) else ())]
    text = ' '.join(str(part).strip() for part in parts if part)
    return ''.join(letter if letter.isprintable() else ' ' for letter in text)[:_WORDS]


def _refused(place: str, answer: Answer) -> NeedsPerson:
    words = said(answer)
    told = f' It said: {words}' if words else ''
    match answer.status:
        case 401:
            return NeedsPerson(
                'CredentialsRefused',
                f'{place} refused the stored token.{told}',
                hint='Check that it has not expired or been withdrawn, and store a new one.',
            )
        case 403:
            return NeedsPerson(
                'HostForbids',
                f'{place} does not allow this to the stored token.{told}',
                hint='Give the token the permission, or use another one.',
            )
        case 404 | 410:
            return NeedsPerson(
                'RemoteNotFound',
                f'{place} has no such repository or object, or hides it from this token.{told}',
                hint='Check the address of the repository and what the token may see.',
            )
        case 301 | 302 | 303 | 307 | 308:
            return NeedsPerson(
                'RemoteNotFound',
                f'{place} answers that the repository is somewhere else (HTTP {answer.status}).',
                hint='Enter its new address; for safety no redirection is followed.',
            )
    return NeedsPerson(
        'HostRefused',
        f'{place} refused the request (HTTP {answer.status}).{told}',
        hint='Change what it objects to.',
    )


def _detail(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    if error.get('message'):
        return str(error['message'])
    return ' '.join(str(error[key]) for key in ('resource', 'field', 'code') if error.get(key))


def _until_reset(headers: Mapping[str, str]) -> float:
    """From the host's own clock to the moment it names; ours may be wrong."""
    reset = _number(headers.get('x-ratelimit-reset', ''))
    try:
        now = parsedate_to_datetime(headers.get('date', '')).timestamp()
    except (TypeError, ValueError):
        return _WHILE
    return min(max(1.0, reset - now), _LONGEST_WHILE) if reset else _WHILE


def _number(text: str) -> float:
    return float(text[:15]) if text.isdecimal() else 0.0
