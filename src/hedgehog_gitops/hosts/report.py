"""Findings -> what a host shows beside a commit: a verdict, a summary, marks in the files. Pure.

`github.py` sends it; the plugin's `sync/reporting.py` decides when.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..findings import Finding, Severity

__all__ = [
    'ANNOTATIONS_AT_ONCE',
    'MOST_ANNOTATIONS',
    'Annotation',
    'AnnotationLevel',
    'CheckReport',
    'Conclusion',
    'batches',
    'report_on',
]

ANNOTATIONS_AT_ONCE = 50
# Ten requests, a second apart: what nobody will read is not worth more of the budget.
MOST_ANNOTATIONS = 500
_SUMMARY = 60_000
_MESSAGE = 10_000
_TITLE = 255


class Conclusion(StrEnum):
    """The verdict: errors fail, warnings neither pass nor fail."""

    SUCCESS = 'success'
    NEUTRAL = 'neutral'
    FAILURE = 'failure'


class AnnotationLevel(StrEnum):
    """How a mark in a file looks."""

    NOTICE = 'notice'
    WARNING = 'warning'
    FAILURE = 'failure'


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark at one place of one file; line and column count from 1."""

    path: str
    line: int
    level: AnnotationLevel
    title: str
    message: str
    column: int | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What is said about a commit. `name` tells reports on the same commit apart."""

    name: str
    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    details_url: str = ''
    external_id: str = ''


def report_on(
    findings: Iterable[Finding], *, name: str, details_url: str = '', external_id: str = ''
) -> CheckReport:
    """Puts findings together as a report, errors first; what is left out is said."""
    ordered = sorted(dict.fromkeys(findings), key=lambda finding: _ORDER.index(finding.severity))
    placed = [finding for finding in ordered if finding.file is not None]
    return CheckReport(
        name=name,
        conclusion=_conclusion(ordered),
        title=_counted(ordered),
        summary=_summary(ordered, len(placed)),
        annotations=tuple(_annotation(finding) for finding in placed[:MOST_ANNOTATIONS]),
        details_url=details_url,
        external_id=external_id,
    )


def batches(annotations: Sequence[Annotation]) -> Iterator[Sequence[Annotation]]:
    """Cuts annotations into what one request may carry; no annotations are one empty batch."""
    yield annotations[:ANNOTATIONS_AT_ONCE]
    for start in range(ANNOTATIONS_AT_ONCE, len(annotations), ANNOTATIONS_AT_ONCE):
        yield annotations[start : start + ANNOTATIONS_AT_ONCE]


_ORDER = list(Severity)
_LEVELS = {
    Severity.ERROR: AnnotationLevel.FAILURE,
    Severity.WARNING: AnnotationLevel.WARNING,
    Severity.INFO: AnnotationLevel.NOTICE,
}
_COUNTED = {Severity.ERROR: 'error', Severity.WARNING: 'warning', Severity.INFO: 'note'}


def _conclusion(findings: Sequence[Finding]) -> Conclusion:
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Conclusion.FAILURE
    return Conclusion.NEUTRAL if Severity.WARNING in severities else Conclusion.SUCCESS


def _counted(findings: Sequence[Finding]) -> str:
    counts = {
        word: sum(finding.severity is severity for finding in findings)
        for severity, word in _COUNTED.items()
    }
    said = [f'{number} {word}{"s" * (number > 1)}' for word, number in counts.items() if number]
    return ', '.join(said) or 'No findings'


def _summary(findings: Sequence[Finding], placed: int) -> str:
    if not findings:
        return 'Every document was read and checked, and nothing was found.'
    blocks = [f'{_counted(findings)}.']
    if placed > MOST_ANNOTATIONS:
        blocks.append(f'Only the first {MOST_ANNOTATIONS} of {placed} are marked in the files.')
    nowhere = [f'- {_line(finding)}' for finding in findings if finding.file is None]
    if nowhere:
        blocks.append('\n'.join(['Not about one file:', *nowhere]))
    return _cut('\n\n'.join(blocks))


def _cut(text: str) -> str:
    """Ends a text that is too long at a line, and says how much is missing."""
    if len(text) <= _SUMMARY:
        return text
    kept = text[:_SUMMARY].rpartition('\n')[0]
    return f'{kept}\n\n... and {text[len(kept) :].count(chr(10) + "- ")} more.'


def _line(finding: Finding) -> str:
    about = f' ({finding.resource})' if finding.resource else ''
    return f'{finding.severity} `{finding.code}`: {" ".join(finding.message.split())}{about}'


def _annotation(finding: Finding) -> Annotation:
    about = f'{finding.resource}: ' if finding.resource else ''
    advice = f'\n{finding.suggestion}' if finding.suggestion else ''
    return Annotation(
        path=_shown(str(finding.file)),
        line=max(1, finding.line or 1),
        column=finding.column if finding.line else None,
        level=_LEVELS[finding.severity],
        title=_shown(finding.code)[:_TITLE],
        message=_shown(f'{about}{finding.message}{advice}')[:_MESSAGE],
    )


def _shown(text: str) -> str:
    """Text that JSON can carry: bytes of a path that are no UTF-8 are written out."""
    return text.encode('utf-8', 'backslashreplace').decode()
