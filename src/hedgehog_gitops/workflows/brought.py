"""What an edit makes wrong that was not wrong before.

Used by `edit.py`. An object may have had its problems for years; whoever changes another field
is told of their own only.
"""

from ..documents import Value
from ..findings import Finding
from ..identity import RepoPath, ResourceKey
from ..kinds import Catalogue, Problem, check_object, identify

__all__ = ['brought']


def brought(
    key: ResourceKey, wanted: Value, before: Value, path: RepoPath, catalogue: Catalogue
) -> list[Finding]:
    """Returns what the cluster would say about the new value and not about the old one.

    The findings name the field; a line they have only once the file is written.
    """
    old = {_mark(problem) for problem in _problems(before, catalogue)}
    new = [problem for problem in _problems(wanted, catalogue) if _mark(problem) not in old]
    return [problem.finding(path, key) for problem in new]


def _problems(value: Value, catalogue: Catalogue) -> tuple[Problem, ...]:
    return check_object(value, identify(value, catalogue)) if value is not None else ()


def _mark(problem: Problem) -> tuple[object, ...]:
    return problem.code, problem.path, problem.message
