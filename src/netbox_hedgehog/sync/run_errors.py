"""What one run met, and what it looked at again: the errors it counts and those it closes."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from hedgehog_gitops.findings import Finding
from hedgehog_gitops.workflows.reading import entries_below
from hedgehog_gitops.workflows.sync import Incoming

from ..models import ErrorRecord
from .error_records import Met, errors_of, note_errors, of_failure
from .run import Run

__all__ = ['note_run_errors']


def note_run_errors(run: Run, news: Incoming, further: Iterable[Finding]) -> None:
    """Records the errors of a run that came to its end, in the transaction that ends it."""
    findings = (*run.findings, *news.findings, *further)
    looked = _Looked(run, news)
    note_errors(run.fabric, run.operation, (*errors_of(findings), *_refused(run)), looked.at)


def _refused(run: Run) -> Iterator[Met]:
    """What was not published, and why."""
    if run.refusal is not None:
        yield of_failure(run.refusal)
    for entry, error in run.refused.values():
        yield Met(error.reason, str(error), resource=entry.identity)
    for upload, error in run.refused_uploads.values():
        yield Met(error.reason, str(error), path=upload.path or upload.name)


class _Looked:
    """Says of an error that was known whether this run looked where it stood."""

    def __init__(self, run: Run, news: Incoming) -> None:
        self.run = run
        self.touched = {wanted.path for wanted in news.objects}
        self.touched |= {finding.file for finding in news.findings if finding.file}

    def at(self, row: ErrorRecord) -> bool:
        if not row.path:
            return self.run.refusal is None
        if row.path.startswith(f'{self.run.place.raw}/'):
            return self.run.publishing.ingests
        return row.path in self.touched or row.path not in self.present

    @cached_property
    def present(self) -> frozenset[str]:
        return frozenset(entries_below(self.run.store, self.run.tip, self.run.place.base))
