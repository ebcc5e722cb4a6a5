"""What an operation took: git processes, memory, and the time of each phase."""

import resource

from .run import Run

__all__ = ['megabytes', 'note_measures', 'peak_memory']

# Linux counts it in KiB.
_UNIT = 1024


def note_measures(run: Run) -> None:
    """Writes what was measured until now into the operation; the caller saves."""
    run.operation.git_commands = run.store.commands
    run.operation.memory_peak_bytes = peak_memory()
    run.progress.note_time()


def megabytes(size: int | None) -> float | None:
    """Returns bytes in MB; None for what nobody measured."""
    return None if size is None else round(size / 1e6, 1)


def peak_memory() -> int:
    """Returns the most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
