"""How far an operation is, as one line of a terminal that is written over and then taken away.

Where stderr is no terminal nothing is shown: a log is not filled with what was so for a moment.
"""

import os
from typing import Any

from ..models import SyncOperation

__all__ = ['ProgressLine']

# Back to the beginning of the line, and nothing behind it.
_ANEW = '\r\x1b[K'
_WIDTH = 80


class ProgressLine:
    """Shows one operation after the other on a stream of Django's, if that is a terminal."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._terminal = bool(stream.isatty())
        self._shown = ''

    def show(self, operation: SyncOperation) -> None:
        """Writes the line anew, if it says something else by now."""
        self._write(_words(operation))

    def clear(self) -> None:
        """Takes the line away, before something is written that stays."""
        self._write('')

    def _write(self, words: str) -> None:
        if not self._terminal or words == self._shown:
            return
        self._shown = words
        # A longer line would be broken, and only its last part written over.
        self._stream.write(f'{_ANEW}{words[: self._columns() - 1]}', str, ending='')
        self._stream.flush()

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _WIDTH
        except (OSError, ValueError):
            return _WIDTH


def _words(operation: SyncOperation) -> str:
    phase = operation.current_phase or operation.get_status_display()
    total = operation.progress_total
    how_far = f' {operation.progress_done} of {total}' if total else ''
    return f'{operation.fabric}: {phase}{how_far}'
