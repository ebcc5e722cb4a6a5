"""Reads and writes `.hnp/wiring.yaml`: a fabric's own mapping, and which devices are meant.

Called by `workflows/generate.py` and by the plugin. What is wrong is a finding with its line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..documents import Document, FieldPath, Limits, Value, edit_document, emit, read
from ..findings import Finding, Severity
from ..identity import RepoPath
from .mapping import DEFAULT_MAPPING, MEANINGS, WiringMapping

__all__ = ['Selection', 'WiringFile', 'read_wiring_file', 'with_selection']

_CODE = 'WiringFileInvalid'
_FIELDS = ('select', 'roles', 'profiles', 'port_prefixes')
_LISTS = ('sites', 'locations', 'tags')
_HEAD = b'# How NetBox and this fabric are mapped to one another; see the guide "Wiring".\n'
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which devices are the fabric's: slugs of sites, locations, tags. Each that is given narrows.

    `vpc_tag` is the slug of the tag that VRFs, VLAN groups and prefixes of the fabric carry.
    """

    sites: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    vpc_tag: str = ''

    @property
    def is_empty(self) -> bool:
        return self == Selection()

    def as_value(self) -> dict[str, Value]:
        """What is given, as the file has it."""
        lists = {name: list(getattr(self, name)) for name in _LISTS if getattr(self, name)}
        return {**lists, **({'vpc_tag': self.vpc_tag} if self.vpc_tag else {})}

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> 'Selection':
        """The opposite; the lists may come as any sequence."""
        lists = {name: tuple(value.get(name) or ()) for name in _LISTS}
        return cls(**lists, vpc_tag=value.get('vpc_tag') or '')


@dataclass(frozen=True, slots=True)
class WiringFile:
    """What the file says, over the defaults. With an error among the findings nothing counts."""

    mapping: WiringMapping = DEFAULT_MAPPING
    selection: Selection = Selection()
    findings: tuple[Finding, ...] = ()


def read_wiring_file(data: bytes, path: RepoPath, limits: Limits = _LIMITS) -> WiringFile:
    """Reads the file; an empty one says nothing."""
    reading = read(data, limits, file=path)
    documents = [document for document in reading.documents if not document.empty]
    broken = tuple(f for f in reading.findings if f.severity is Severity.ERROR)
    if broken:
        return WiringFile(findings=broken)
    if not documents:
        return WiringFile()
    if len(documents) > 1:
        message = 'the mapping is one document'
        return WiringFile(findings=(Finding(Severity.ERROR, _CODE, message, path),))
    return _Reader(documents[0], path).file()


def with_selection(data: bytes | None, selection: Selection, limits: Limits = _LIMITS) -> bytes:
    """The file's text with another selection; every other byte stays."""
    value = selection.as_value()
    documents = [] if data is None else read(data, limits).documents
    standing = [document for document in documents if not document.empty]
    if data is None or not standing or not isinstance(standing[0].value, dict):
        return (data or _HEAD) + emit({'select': value})
    wanted = {**standing[0].value, 'select': value}
    return edit_document(data, wanted, limits).text


class _Reader:
    """One reading of the file, with what is wrong in it."""

    def __init__(self, document: Document, path: RepoPath) -> None:
        self.document, self.path = document, path
        self.findings: list[Finding] = []

    def file(self) -> WiringFile:
        value = self.document.value
        if not isinstance(value, dict):
            self._wrong((), 'the mapping is a mapping of settings')
            return WiringFile(findings=tuple(self.findings))
        self._known(value, _FIELDS, ())
        mapping = replace(
            DEFAULT_MAPPING,
            roles={**DEFAULT_MAPPING.roles, **self._words(value, 'roles')},
            profiles={**DEFAULT_MAPPING.profiles, **self._words(value, 'profiles')},
            port_prefixes=(
                *DEFAULT_MAPPING.port_prefixes,
                *self._texts(value.get('port_prefixes'), ('port_prefixes',)),
            ),
        )
        for role, meaning in mapping.roles.items():
            if meaning and meaning not in MEANINGS:
                self._wrong(('roles', role), f'a device is one of {", ".join(MEANINGS)}')
        selection = self._selection(value.get('select'))
        if self.findings:
            return WiringFile(findings=tuple(self.findings))
        return WiringFile(mapping, selection)

    def _selection(self, value: Value) -> Selection:
        if value is None:
            return Selection()
        if not isinstance(value, dict):
            self._wrong(('select',), 'a selection is a mapping')
            return Selection()
        self._known(value, (*_LISTS, 'vpc_tag'), ('select',))
        lists = {name: self._texts(value.get(name), ('select', name)) for name in _LISTS}
        tag = value.get('vpc_tag') or ''
        if not isinstance(tag, str):
            self._wrong(('select', 'vpc_tag'), 'a tag is named by its slug')
            tag = ''
        return Selection(**lists, vpc_tag=tag)

    def _words(self, value: Mapping[str, Value], name: str) -> dict[str, str]:
        words = value.get(name)
        if words is None:
            return {}
        if not isinstance(words, dict):
            self._wrong((name,), f'{name} is a mapping of slugs to words')
            return {}
        for key, word in words.items():
            if word is not None and not isinstance(word, str):
                self._wrong((name, key), 'this is to be a word')
        return {key: word if isinstance(word, str) else '' for key, word in words.items()}

    def _texts(self, value: Value, path: FieldPath) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._wrong(path, 'this is to be a list of words')
            return ()
        return tuple(str(each) for each in value)

    def _known(self, value: Mapping[str, Value], known: Iterable[str], path: FieldPath) -> None:
        names = tuple(known)
        for name in value:
            if name not in names:
                self._wrong((*path, name), f'there is no setting {name}; known: {", ".join(names)}')

    def _wrong(self, path: FieldPath, message: str) -> None:
        line, column = self.document.position(path) or (self.document.line, 1)
        self.findings.append(Finding(Severity.ERROR, _CODE, message, self.path, 0, line, column))
