"""What a template made: its objects, as text and by identity, and what was found wrong with them.

A value that can be kept: together with what the template looked at, it tells whether rendering the
template again would make the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..documents import Document, Limits, read
from ..findings import Finding, Severity
from ..identity import BlobId, RepoPath, ResourceKey
from ..kinds import Catalogue, Disposition, identify

__all__ = ['MadeObject', 'Rendered', 'objects_in_text']

_LONGEST_LINE = 80
_BLANK_START = re.compile(rb'\A(?:---[ \t]*\r?\n|[ \t]*\r?\n)+')


@dataclass(frozen=True, slots=True)
class MadeObject:
    """One object a template made, and the number of its document in what was rendered.

    What a record says besides: `adopted` is one that was there before its template made it,
    `version` the blob of the template that said this, where the template says something else now.
    """

    key: ResourceKey
    text: bytes
    document: int = 0
    adopted: bool = False
    version: str = ''


@dataclass(frozen=True, slots=True)
class Rendered:
    """One template's result. Not `whole`: it failed, or a part of what it made cannot be used.

    `needs` are the blobs of the templates it may name ('' for one that is missing), `parts` what it
    looks at in the context, `mark` stands for the state of all of that.
    """

    name: str
    blob: BlobId
    needs: Mapping[str, str]
    parts: tuple[tuple[str, ...], ...]
    mark: str
    objects: tuple[MadeObject, ...] = ()
    findings: tuple[Finding, ...] = ()
    whole: bool = True

    def as_json(self) -> dict[str, Any]:
        """A form `json` can write, for whoever keeps it."""
        return {
            'blob': self.blob,
            'needs': dict(self.needs),
            'parts': [list(part) for part in self.parts],
            'mark': self.mark,
            'objects': [
                [str(made.key), made.text.decode('utf-8', 'surrogateescape'), made.document]
                for made in self.objects
            ],
            'findings': [finding.as_json() for finding in self.findings],
            'whole': self.whole,
        }

    @classmethod
    def from_json(cls, name: str, row: Mapping[str, Any]) -> 'Rendered':
        """The opposite of `as_json`; raises KeyError, ValueError or TypeError for other data."""
        return cls(
            name,
            BlobId(row['blob']),
            dict(row['needs']),
            tuple(tuple(part) for part in row['parts']),
            row['mark'],
            tuple(
                MadeObject(ResourceKey.parse(key), text.encode('utf-8', 'surrogateescape'), number)
                for key, text, number in row['objects']
            ),
            tuple(Finding.from_json(finding) for finding in row['findings']),
            bool(row['whole']),
        )


def objects_in_text(
    data: bytes, catalogue: Catalogue, limits: Limits, file: RepoPath
) -> tuple[tuple[MadeObject, ...], tuple[Finding, ...], bool]:
    """The objects of a rendered text, what is wrong with it, and whether all of it can be used.

    Lines of findings count in what was rendered, so they are told in the message, with what stands
    there; `file` is the template.
    """
    reading = read(data, limits)
    made: list[MadeObject] = []
    findings = list(reading.findings)
    whole = reading.whole
    for document in reading.documents:
        if document.empty:
            continue
        refused = None
        if document.good:
            what = identify(document.value, catalogue)
            if what.key is not None and what.disposition is Disposition.MANAGED:
                made.append(MadeObject(what.key, _tidy(document), document.index))
                continue
            refused = what.finding or _foreign(document)
        whole = False
        if refused is not None:
            findings.append(_error(refused, document))
    lines = data.split(b'\n') if findings else []
    told = tuple(_of_template(finding, file, lines) for finding in findings)
    return tuple(made), told, whole


def _tidy(document: Document) -> bytes:
    """The document's text without its separator and the blank lines that loops leave around it."""
    opening = _BLANK_START.match(document.text)
    text = document.text[opening.end() :] if opening else document.text
    if b'|+' not in text and b'>+' not in text:
        last = text.find(b'\n', len(text.rstrip()))
        text = text[: last + 1] if last >= 0 else text
    return text if text.endswith(b'\n') else text + b'\n'


def _foreign(document: Document) -> Finding:
    kind = document.value.get('kind') if isinstance(document.value, dict) else None
    message = f'{kind or "this"} is no object of a Hedgehog fabric; a template makes only those'
    return Finding(Severity.ERROR, 'TemplateForeign', message)


def _error(finding: Finding, document: Document) -> Finding:
    return replace(
        finding, severity=Severity.ERROR, document=document.index, line=document.line, column=None
    )


def _of_template(finding: Finding, file: RepoPath, lines: list[bytes]) -> Finding:
    message = finding.message
    if number := finding.line:
        line = lines[number - 1] if number <= len(lines) else b''
        text = line.decode('utf-8', 'replace').strip()[:_LONGEST_LINE]
        said = f': {text}' if text else ''
        message = f'{message} (line {number} of what is rendered{said})'
    return replace(finding, file=file, message=message, line=None, column=None)
