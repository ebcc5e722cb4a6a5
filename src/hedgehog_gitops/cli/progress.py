"""Shows how far a workflow is: bars on a terminal's stderr, nothing anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..workflows import Progress as TellsProgress
from ..workflows import Silent

__all__ = ['progress_shown']


@contextmanager
def progress_shown(*, quiet: bool) -> Iterator[TellsProgress]:
    """Gives a Progress that shows itself while the block runs."""
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    from .bars import bars_shown

    with bars_shown() as bars:
        yield bars
