"""Sends messages to the channel, where the room `live/` listens.

A message is a courtesy: no listener and no Redis are both fine, because every page can also ask.
What a sync sends costs it a fraction of a millisecond; where Redis does not answer, half a second
once in a while.
"""

import time
from typing import Any

from .channel import CHANNEL_ERRORS, append, connection
from .messages import DuplicateDetectionUpdate, ResolutionProgress, message
from .run_log import current_log

__all__ = ['announce', 'announce_duplicate_detection', 'announce_resolution']

# Seconds: how long one message may take, and how long nothing is sent after one that failed.
_PATIENCE = 0.5
_REST = 10.0


class _Rest:
    """Until when this process sends nothing, because Redis did not answer."""

    until = 0.0


def announce(news: dict[str, Any]) -> None:
    """Sends one message to whoever listens; never fails."""
    if time.monotonic() < _Rest.until:
        return
    try:
        append(news, connection(_PATIENCE))
    except CHANNEL_ERRORS as error:
        _Rest.until = time.monotonic() + _REST
        current_log(news['fabric']).debug(f'No news sent: {error}')


def announce_duplicate_detection(
    fabric_id: int, operation: str, update: DuplicateDetectionUpdate
) -> None:
    """Tells how far a search for duplicates is; a few times a second at most, please."""
    announce(message('duplicate_detection_update', fabric_id, operation, update.payload()))


def announce_resolution(fabric_id: int, operation: str, progress: ResolutionProgress) -> None:
    """Tells how far the settling of conflicts or duplicates is."""
    announce(message('resolution_progress', fabric_id, operation, progress.payload()))
