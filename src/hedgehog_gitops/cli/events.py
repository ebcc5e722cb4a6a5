"""How the events of `watch` look: a line of JSON each, or lines a person reads."""

import json
import sys
from collections.abc import Iterator

from ..plans import Delete, Move, Write
from ..workflows import Event
from .parts import plain

__all__ = ['event_shown']

_SHOWN = 20


def event_shown(event: Event, *, as_json: bool) -> None:
    """Prints one event at once, however the output is buffered."""
    lines = [json.dumps(event.as_json())] if as_json else [plain(line) for line in _lines(event)]
    sys.stdout.writelines(f'{line}\n' for line in lines)
    sys.stdout.flush()


def _lines(event: Event) -> Iterator[str]:
    yield _first_line(event)
    if event.plan is not None:
        changes = event.plan.changes
        yield from (f'  {_change(change)}' for change in changes[:_SHOWN])
        if len(changes) > _SHOWN:
            yield f'  ... and {len(changes) - _SHOWN} more (--json lists all)'
    elif event.is_trouble:
        yield from (f'  {file}' for file in event.files[:_SHOWN])
        yield f'  hint: {event.hint}' if event.hint else '  it is tried again'
    yield from (f'  {finding}' for finding in event.findings)


def _first_line(event: Event) -> str:
    if event.plan is not None:
        counts = ', '.join(f'{number} {name}' for name, number in event.plan.counts.items())
        pushed = ', pushed' if event.pushed else ''
        return f'{event.name}: {counts} (commit {event.commit or "none"}{pushed})'
    if event.is_trouble:
        return f'{event.name}: {event.reason}: {event.message}'
    return f'{event.name} {", ".join(event.files[:_SHOWN])}'.rstrip()


def _change(change: Write | Move | Delete) -> str:
    match change:
        case Write():
            return f'{"update" if change.replaces else "create"} {change.path}'
        case Move():
            return f'move {change.source} -> {change.path}'
        case Delete():
            return f'delete {change.path}'
