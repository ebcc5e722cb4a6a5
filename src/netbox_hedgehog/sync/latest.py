"""What was said last about operations that run: newer than their rows in a long transaction."""

from collections.abc import Collection
from typing import Any

from .channel import CHANNEL_ERRORS, connection, read_back

__all__ = ['latest_progress']

# Messages looked through; what is older than these is older than the row.
_LOOKED_AT = 200


def latest_progress(operations: Collection[str]) -> dict[str, dict[str, Any]]:
    """Returns the last progress of each operation; without Redis there is none."""
    if not operations:
        return {}
    try:
        found = read_back(_LOOKED_AT, connection(1.0))
    except CHANNEL_ERRORS:
        return {}
    latest: dict[str, dict[str, Any]] = {}
    for news in found:
        if news['type'] == 'sync_progress' and news['operation'] in operations:
            latest.setdefault(news['operation'], news['payload'])
    return latest
