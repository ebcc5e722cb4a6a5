"""A finding: what is wrong with data, where, and what to do about it. Never an exception."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from .identity import RepoPath, ResourceKey, shown_path

__all__ = ['Finding', 'FindingGroup', 'Severity', 'grouped', 'has_errors']


class Severity(StrEnum):
    """Says what the cluster would do: reject (error), drop or change (warning), accept (info)."""

    ERROR = 'error'
    WARNING = 'warning'
    INFO = 'info'


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one place. `line` and `column` count from 1, `document` from 0.

    `code` is the name of the rule, `field` the path of the field it is about, `suggestion` what to
    write or do instead where that is known.
    """

    severity: Severity
    code: str
    message: str
    file: RepoPath | None = None
    document: int | None = None
    line: int | None = None
    column: int | None = None
    resource: ResourceKey | None = None
    field: str | None = None
    suggestion: str = ''

    def at(self, *, file: RepoPath | None = None, resource: ResourceKey | None = None) -> 'Finding':
        """The same finding with the place filled in where it was still open."""
        return replace(self, file=self.file or file, resource=self.resource or resource)

    def as_json(self) -> dict[str, Any]:
        return {
            'severity': str(self.severity),
            'code': self.code,
            'message': shown_path(self.message),
            'file': shown_path(self.file) if self.file else self.file,
            'document': self.document,
            'line': self.line,
            'column': self.column,
            'resource': str(self.resource) if self.resource else None,
            'field': self.field,
            'suggestion': self.suggestion,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> 'Finding':
        """The opposite of `as_json`; raises KeyError or ValueError for other data."""
        resource = row['resource']
        return cls(
            Severity(row['severity']),
            row['code'],
            row['message'],
            row['file'],
            row['document'],
            row['line'],
            row['column'],
            ResourceKey.parse(resource) if resource else None,
            row.get('field'),
            row.get('suggestion', ''),
        )

    def __str__(self) -> str:
        place = ':'.join(str(part) for part in (self.file, self.line, self.column) if part)
        return f'{place or self.resource or "-"}: {self.severity} {self.code}: {self.message}'


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether the cluster would reject something here."""
    return any(finding.severity is Severity.ERROR for finding in findings)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings a person settles in one go: one rule, one kind, one field of it."""

    severity: Severity
    code: str
    kind: str
    field: str
    findings: tuple[Finding, ...]

    @property
    def files(self) -> tuple[RepoPath, ...]:
        """The files concerned, each once, in the order of the findings."""
        return tuple(dict.fromkeys(f.file for f in self.findings if f.file is not None))

    def as_json(self) -> dict[str, Any]:
        return {
            'severity': str(self.severity),
            'code': self.code,
            'kind': self.kind or None,
            'field': self.field or None,
            'count': len(self.findings),
            'files': len(self.files),
            'example': self.findings[0].as_json(),
        }


def grouped(
    findings: Iterable[Finding], pattern: Callable[[Finding], str]
) -> tuple[FindingGroup, ...]:
    """Puts together what has one cause: errors first, the most frequent group first.

    `pattern` says which field a finding is about, with list indices and map keys left open.
    """
    groups: dict[tuple[Severity, str, str, str], list[Finding]] = {}
    for finding in findings:
        kind = finding.resource.kind if finding.resource else ''
        key = (finding.severity, finding.code, kind, pattern(finding))
        groups.setdefault(key, []).append(finding)
    made = [FindingGroup(*key, tuple(members)) for key, members in groups.items()]
    order = list(Severity)
    return tuple(sorted(made, key=lambda g: (order.index(g.severity), -len(g.findings), g.code)))
