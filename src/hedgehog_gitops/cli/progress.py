"""Shows how far a workflow is: bars on a terminal's stderr, nothing anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from ..workflows import Progress as TellsProgress
from ..workflows import Silent

__all__ = ['progress_shown']


class _Bars:
    """One line per stage; the bar fills when the workflow says how much there is."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def stage(self, name: str) -> None:
        self._finish()
        self._task = self._bars.add_task(name, total=None)

    def advance(self, done: int, total: int) -> None:
        if self._task is not None:
            self._bars.update(self._task, completed=done, total=total)

    def _finish(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)


@contextmanager
def progress_shown(*, quiet: bool) -> Iterator[TellsProgress]:
    """Gives a Progress that shows itself while the block runs."""
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    columns = (SpinnerColumn(), TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(bars)
