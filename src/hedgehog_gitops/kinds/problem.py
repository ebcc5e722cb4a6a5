"""What one rule says about one field of one object, before anybody knows where its text lies.

Schemas and rules work on values and answer with Problems; `findings_of` turns them into Findings
with line and column once the document is at hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..documents import Document, FieldPath, format_field_path
from ..findings import Finding, Severity
from ..identity import RepoPath, ResourceKey

__all__ = ['Problem', 'findings_of']


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` names the rule; `path` is the field meant, or the field that ought to be there.

    `severity` says what the cluster would do: reject (error), drop or change (warning), accept
    (info). `suggestion` is what to write or do instead, empty where nothing better is known.
    """

    severity: Severity
    code: str
    message: str
    path: FieldPath = ()
    suggestion: str = ''

    def inside(self, place: FieldPath) -> 'Problem':
        """The same about an object that is itself found at `place` of a document."""
        return replace(self, path=(*place, *self.path)) if place else self

    def finding(self, file: RepoPath | None, resource: ResourceKey | None) -> Finding:
        """The same as a finding that names the field, without its place in any text."""
        return Finding(
            self.severity,
            self.code,
            self.message,
            file,
            resource=resource,
            field=format_field_path(self.path) if self.path else None,
            suggestion=self.suggestion,
        )


def findings_of(
    problems: Iterable[Problem],
    document: Document,
    *,
    file: RepoPath | None = None,
    resource: ResourceKey | None = None,
) -> tuple[Finding, ...]:
    """Problems with their places: that of the field, or of the nearest one around it."""
    return tuple(_finding(problem, document, file, resource) for problem in problems)


def _finding(
    problem: Problem, document: Document, file: RepoPath | None, resource: ResourceKey | None
) -> Finding:
    line, column = _place(document, problem.path)
    finding = problem.finding(file, resource)
    return replace(finding, document=document.index, line=line, column=column)


def _place(document: Document, path: FieldPath) -> tuple[int, int]:
    for length in range(len(path), -1, -1):
        place = document.position(path[:length])
        if place is not None:
            return place
    return document.line, 1
