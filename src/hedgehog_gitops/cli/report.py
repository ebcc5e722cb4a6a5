"""Findings for their readers: a person, GitHub's annotations, and SARIF for code scanning.

Used by `answer.py` for every verb and by `check.py`. Pure: values in, text or parts out.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..documents import parse_field_path
from ..findings import Finding, FindingGroup, Severity, grouped
from ..kinds import CATALOGUE, field_pattern
from .parts import Line, Part, Rows, Section, Sections, counted

__all__ = ['findings_shown', 'github_annotations', 'in_groups', 'sarif']

# More findings than this are told by their groups: nobody reads ten thousand lines.
_LISTED = 60
_SARIF_LEVELS = {Severity.ERROR: 'error', Severity.WARNING: 'warning', Severity.INFO: 'note'}
_GITHUB_WORDS = {Severity.ERROR: 'error', Severity.WARNING: 'warning', Severity.INFO: 'notice'}
_SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'


def findings_shown(findings: Sequence[Finding], *, list_all: bool, hint: str) -> list[Part]:
    """Findings by file for a person; very many of them by what they have in common."""
    if not findings:
        return []
    if len(findings) > _LISTED and not list_all:
        return [_groups(in_groups(findings)), Line(f'{_summary(findings)}; {hint}')]
    return [_by_file(findings), Line(_summary(findings))]


def in_groups(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """The findings put together by rule, kind and field."""
    return grouped(findings, _pattern)


def github_annotations(findings: Iterable[Finding]) -> str:
    """One workflow command per finding, as GitHub Actions reads them from a step's output."""
    return ''.join(f'{_annotation(finding)}\n' for finding in findings)


def sarif(findings: Sequence[Finding], version: str) -> str:
    """The findings as SARIF 2.1.0, which code scanning and many editors read."""
    codes = sorted({finding.code for finding in findings})
    numbers = {code: number for number, code in enumerate(codes)}
    driver = {
        'name': 'hedgehog-gitops',
        'version': version,
        'rules': [{'id': code, 'name': code} for code in codes],
    }
    run = {
        'tool': {'driver': driver},
        'columnKind': 'unicodeCodePoints',
        'results': [_result(finding, numbers[finding.code]) for finding in findings],
    }
    return json.dumps({'$schema': _SCHEMA, 'version': '2.1.0', 'runs': [run]}, indent=1) + '\n'


def _pattern(finding: Finding) -> str:
    if finding.field is None:
        return ''
    key = finding.resource
    kind = CATALOGUE.find(key.group, key.kind) if key else None
    return field_pattern(parse_field_path(finding.field), kind)


def _by_file(findings: Iterable[Finding]) -> Sections:
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.file or str(finding.resource or '-'), []).append(finding)
    return Sections(
        tuple(
            Section(file, tuple(row for finding in members for row in _rows(finding)))
            for file, members in files.items()
        )
    )


def _rows(finding: Finding) -> Iterator[tuple[str, ...]]:
    place = ':'.join(str(part) for part in (finding.line, finding.column) if part)
    yield place or '-', str(finding.severity), finding.code, finding.message
    if finding.suggestion:
        yield '', '', '', f'-> {finding.suggestion}'


def _groups(groups: Iterable[FindingGroup]) -> Rows:
    headers = ('Severity', 'Rule', 'Kind', 'Field', 'Count', 'Files', 'For example')
    rows = tuple(
        (
            str(group.severity),
            group.code,
            group.kind or '-',
            group.field or '-',
            str(len(group.findings)),
            str(len(group.files)),
            _example(group.findings[0]),
        )
        for group in groups
    )
    return Rows(rows, headers)


def _example(finding: Finding) -> str:
    place = ':'.join(str(part) for part in (finding.file, finding.line) if part)
    return f'{finding.message} ({place})' if place else finding.message


def _summary(findings: Sequence[Finding]) -> str:
    counts = [
        (sum(finding.severity is severity for finding in findings), word)
        for severity, word in (
            (Severity.ERROR, 'error'),
            (Severity.WARNING, 'warning'),
            (Severity.INFO, 'note'),
        )
    ]
    said = [counted(count, word) for count, word in counts if count]
    files = len({finding.file for finding in findings if finding.file})
    return f'{", ".join(said)} in {counted(files, "file")}'


def _annotation(finding: Finding) -> str:
    properties = {
        'file': finding.file,
        'line': finding.line,
        'col': finding.column,
        'title': finding.code,
    }
    said = ','.join(
        f'{name}={_property(str(value))}' for name, value in properties.items() if value
    )
    return f'::{_GITHUB_WORDS[finding.severity]} {said}::{_message(_full(finding))}'


def _full(finding: Finding) -> str:
    return f'{finding.message} -> {finding.suggestion}' if finding.suggestion else finding.message


def _message(text: str) -> str:
    return text.replace('%', '%25').replace('\r', '%0D').replace('\n', '%0A')


def _property(text: str) -> str:
    return _message(text).replace(':', '%3A').replace(',', '%2C')


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        'ruleId': finding.code,
        'ruleIndex': rule,
        'level': _SARIF_LEVELS[finding.severity],
        'message': {'text': _full(finding)},
    }
    if finding.file is not None:
        result['locations'] = [_location(finding)]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {'artifactLocation': {'uri': _uri(finding.file or '')}}
    if finding.line is not None:
        place['region'] = {'startLine': finding.line, 'startColumn': finding.column or 1}
    location: dict[str, Any] = {'physicalLocation': place}
    if finding.resource is not None:
        name = str(finding.resource)
        location['logicalLocations'] = [
            {'name': finding.field or name, 'fullyQualifiedName': f'{name}#{finding.field or ""}'}
        ]
    return location


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe='/', errors='surrogateescape')
