"""Says what the API server would say about one object, by the schema of its kind.

`workflows/check.py` asks for every managed document. What is valid is recognised by a compiled
validator within microseconds; only the rest is looked at field by field (`faults.py`) and put into
words (`wording.py`).
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from ..documents import Value
from ..findings import Severity
from .faults import Fault, faults
from .kind import Kind
from .problem import Problem
from .showing import shown
from .structural import METADATA, Schema
from .wording import severity_of, worded

__all__ = ['PROBLEM_LIMIT', 'Schema', 'schema_problems']

PROBLEM_LIMIT = 100


def schema_problems(value: Value, kind: Kind) -> tuple[Problem, ...]:
    """What the cluster would reject, drop or fill in; at most PROBLEM_LIMIT problems and a count.

    An object in a version whose schema is not known is told so once; beyond that only its metadata
    is looked at, which is the same in all versions.
    """
    told = value.get('apiVersion') if isinstance(value, dict) else None
    group, slash, version = told.rpartition('/') if isinstance(told, str) else ('', '', '')
    if slash and group == kind.group and version != kind.version:
        schema = kind.schema_of(version)
        if schema is None:
            return (
                _version_problem(version, kind),
                *_bounded(_metadata_faults(value), value, kind),
            )
    else:
        schema = kind.schema
    if schema is None or (slash and schema.accepts(value)):
        return ()
    return _bounded(faults(value, schema.root), value, kind)


def _bounded(found: Iterator[Fault], value: Value, kind: Kind) -> tuple[Problem, ...]:
    problems = [worded(fault, value, kind) for fault in islice(found, PROBLEM_LIMIT)]
    further = Counter(severity_of(fault) for fault in found)
    if further:
        message = f'{further.total()} further problems of this object are not listed'
        worst = next(severity for severity in Severity if further[severity])
        problems.append(Problem(worst, 'MoreProblems', message))
    return tuple(problems)


def _metadata_faults(value: Value) -> Iterator[Fault]:
    metadata = value.get('metadata') if isinstance(value, dict) else None
    return faults(metadata, METADATA, ('metadata',)) if metadata is not None else iter(())


def _version_problem(version: str, kind: Kind) -> Problem:
    suggestion = f'write apiVersion: {kind.api_version} and the fields of that version'
    if version in kind.older_versions:
        message = (
            f'{shown(version)} is an older version of {kind.kind}, which current releases do not '
            'serve; its fields are not checked'
        )
        return Problem(Severity.WARNING, 'OlderApiVersion', message, ('apiVersion',), suggestion)
    message = f'the cluster does not serve {kind.kind} in version {shown(version)}'
    return Problem(Severity.ERROR, 'ApiVersionNotServed', message, ('apiVersion',), suggestion)
