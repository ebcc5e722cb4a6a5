"""Errors of operations and findings -> ErrorRecord rows: one per error, however often it is met.

`finish.py` calls `note_errors` in the transaction that ends an operation. An error is over when the
place where it stood was looked at again and it was not there.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import ResourceKey

from ..models import ErrorRecord, HedgehogFabric, SyncOperation

__all__ = ['Met', 'errors_of', 'never_over', 'note_errors', 'of_failure', 'open_errors']

# As many as an operation keeps of its findings.
MAX_ERRORS = 1000
MAX_MESSAGE = 2000


@dataclass(frozen=True, slots=True)
class Met:
    """One error that an operation met."""

    reason: str
    message: str
    path: str = ''
    line: int | None = None
    resource: str = ''
    place: str = ''

    @property
    def fingerprint(self) -> str:
        """Stands for what makes it the same error when it is met again."""
        parts = (self.reason, self.path, self.resource, self.place)
        return hashlib.sha256('\0'.join(parts).encode('utf-8', 'replace')).hexdigest()


def of_failure(error: EngineError) -> Met:
    """Returns an operation's failure as an error of the fabric."""
    return Met(error.reason, str(error))


def errors_of(findings: Iterable[Finding]) -> Iterator[Met]:
    """Yields the findings of severity error."""
    for finding in findings:
        if finding.severity is Severity.ERROR:
            key = finding.resource
            yield Met(
                finding.code,
                finding.message,
                finding.file or '',
                finding.line,
                str(key) if isinstance(key, ResourceKey) else '',
                f'{finding.document}/{finding.field}',
            )


def never_over(row: ErrorRecord) -> bool:
    """For a run that broke off: it has not looked at anything again."""
    return False


def open_errors(fabric: HedgehogFabric) -> QuerySet[ErrorRecord]:
    """Returns the errors of the fabric that are not over."""
    return ErrorRecord.objects.filter(fabric=fabric, resolved_at=None)


def note_errors(
    fabric: HedgehogFabric,
    operation: SyncOperation,
    met: Iterable[Met],
    is_over: Callable[[ErrorRecord], bool],
) -> None:
    """Counts what was met, and closes what was not where `is_over` says somebody looked again."""
    now = timezone.now()
    by_print = {each.fingerprint: each for each in met}
    known = {row.fingerprint: row for row in open_errors(fabric)}
    again = [known[name].pk for name in by_print if name in known]
    ErrorRecord.objects.filter(pk__in=again).update(
        last_seen=now, operation=operation, occurrences=F('occurrences') + 1
    )
    fresh = [each for name, each in by_print.items() if name not in known]
    new = [_row(fabric, operation, each, now) for each in fresh]
    ErrorRecord.objects.bulk_create(new[:MAX_ERRORS])
    over = [row.pk for name, row in known.items() if name not in by_print and is_over(row)]
    ErrorRecord.objects.filter(pk__in=over).update(resolved_at=now)


def _row(fabric: HedgehogFabric, operation: SyncOperation, met: Met, now: datetime) -> ErrorRecord:
    texts: dict[str, Any] = {
        'message': met.message[:MAX_MESSAGE],
        'path': met.path[:1000],
        'resource_key': met.resource[:1000],
    }
    return ErrorRecord(
        fabric=fabric,
        operation=operation,
        reason=met.reason[:100],
        fingerprint=met.fingerprint,
        line=met.line,
        first_seen=now,
        last_seen=now,
        **{name: _storable(text) for name, text in texts.items()},
    )


def _storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor half a surrogate pair."""
    return text.replace('\0', '\N{REPLACEMENT CHARACTER}').encode('utf-8', 'replace').decode()
