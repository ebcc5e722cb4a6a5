"""Says what a document is: which object, and where documents of its sort belong.

Called for every document by `layout/inventory.py` and `ingest/sweep.py`. Looks at apiVersion,
kind and metadata only; whether the rest makes sense is the schema's business.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from reprlib import repr

from ..documents import FieldPath, Value
from ..findings import Finding, Severity
from ..identity import ResourceKey
from .catalogue import CATALOGUE, Catalogue
from .kind import Kind
from .names import NAME_LIMIT, is_kind, is_label, is_name, is_word, nearest_name
from .validators import Validator

__all__ = ['Disposition', 'Identified', 'identify', 'resolve_resource']


_FREE = frozenset({'annotations', 'description'})
# Of what still has to be filled in nothing more can be said.
_UNFILLED = ('TemplateText', 'Placeholder')
_EXPRESSION = re.compile(r'\{\{-?\s*[.$][^{}]*\}\}')


class Disposition(StrEnum):
    """Where a document belongs."""

    MANAGED = 'managed'
    UNMANAGED = 'unmanaged'
    HELD = 'held'
    LIST = 'list'


@dataclass(frozen=True, slots=True)
class Identified:
    """What a document is. `key` is None for what has no identity; `place` is where to look.

    `apparent` is the kind of an object whose identity is refused for its metadata alone.
    """

    key: ResourceKey | None
    api_version: str
    kind: Kind | None
    disposition: Disposition
    finding: Finding | None = None
    place: FieldPath = ()
    validators: tuple[Validator, ...] = field(default=(), repr=False, compare=False)
    apparent: Kind | None = None


class _Refused(Exception):
    """Carries the reason for holding a document from the check to `identify`."""

    def __init__(
        self, code: str, message: str, place: FieldPath = (), suggestion: str = ''
    ) -> None:
        super().__init__(message)
        self.finding = Finding(Severity.ERROR, code, message, suggestion=suggestion)
        self.place = place
        self.kind: Kind | None = None


def identify(value: Value, catalogue: Catalogue = CATALOGUE, *, text: bytes = b'{{') -> Identified:
    """Reads identity and disposition off one parsed document; never raises.

    Its text, where the caller has it, tells without a look at each field that no template is in it.
    """
    try:
        return _identify(value, catalogue, b'{{' in text or b'\\' in text)
    except _Refused as refused:
        version = value.get('apiVersion') if isinstance(value, dict) else None
        api_version = version if isinstance(version, str) else ''
        return Identified(
            None,
            api_version,
            None,
            Disposition.HELD,
            refused.finding,
            refused.place,
            apparent=refused.kind,
        )


def resolve_resource(text: str, catalogue: Catalogue = CATALOGUE) -> ResourceKey:
    """Reads `Kind/name`, `Kind/namespace/name` or `group/Kind/namespace/name`; else ValueError."""
    parts = text.split('/')
    if len(parts) == 4:
        return ResourceKey.parse(text)
    if len(parts) not in (2, 3) or not all(parts):
        raise ValueError(f'{repr(text)} is not Kind/name or Kind/namespace/name')
    kind = catalogue.by_kind(parts[0])
    if kind is None:
        near = catalogue.nearest(parts[0])
        hint = f'; did you mean {near.kind}?' if near else ''
        raise ValueError(f'{parts[0]!r} is not a Hedgehog kind{hint}')
    namespace = parts[1] if len(parts) == 3 else 'default'
    return ResourceKey(kind.group, kind.kind, namespace, parts[-1])


def _identify(value: Value, catalogue: Catalogue, may_be_template: bool) -> Identified:
    if not isinstance(value, dict):
        raise _Refused('NotAMapping', 'a document must be a mapping with apiVersion and kind')
    api_version = _word(value, 'apiVersion', 'ApiVersion')
    kind_name = _word(value, 'kind', 'Kind')
    if not is_kind(kind_name):
        raise _Refused('KindInvalid', f'kind {repr(kind_name)} is not a legal kind', ('kind',))
    group = _group(api_version)
    if _is_list(value, kind_name):
        return Identified(None, api_version, None, Disposition.LIST)
    kind = catalogue.find(group, kind_name)
    if kind is None and catalogue.is_hedgehog_group(group):
        _check_unknown_kind(group, kind_name, catalogue)
    managed = kind is not None and kind.managed
    try:
        name, namespace = _names(value, checked=managed)
    except _Refused as refused:
        filled_in = refused.finding.code not in _UNFILLED and not _may_hold_template(value)
        refused.kind = kind if managed and filled_in else None
        raise
    key = ResourceKey(group, kind_name, namespace, name)
    if managed:
        if may_be_template:
            _refuse_templates(value)
        return Identified(
            key, api_version, kind, Disposition.MANAGED, validators=catalogue.validators
        )
    _check_foreign_names(name, namespace)
    finding = _not_managed(key, catalogue) if catalogue.is_hedgehog_group(group) else None
    return Identified(key, api_version, kind, Disposition.UNMANAGED, finding)


def _word(value: dict[str, Value], field: str, code: str) -> str:
    word = value.get(field)
    if word is None or word == '':
        raise _Refused(f'{code}Missing', f'{field} is missing', (field,) if field in value else ())
    if not isinstance(word, str):
        raise _Refused(f'{code}Invalid', f'{field} must be a string, not {repr(word)}', (field,))
    _refuse_unfilled(word, (field,))
    return word


def _group(api_version: str) -> str:
    group, slash, version = api_version.rpartition('/')
    if '/' in group or not is_word(version) or (slash and not is_word(group)):
        message = f'apiVersion {repr(api_version)} is not group/version'
        raise _Refused('ApiVersionInvalid', message, ('apiVersion',))
    return group


def _is_list(value: dict[str, Value], kind: str) -> bool:
    """True for `kind: List` and for what `kubectl get --raw` gives, such as `VPCList`."""
    if kind == 'List':
        items = value.get('items')
        if items is not None and not isinstance(items, list):
            raise _Refused('ItemsInvalid', 'items of a List must be a list', ('items',))
        return True
    metadata = value.get('metadata')
    named = isinstance(metadata, dict) and 'name' in metadata
    # All items commented out leave null.
    listed = 'items' in value and isinstance(value['items'], list | None)
    return kind.endswith('List') and listed and not named


def _check_unknown_kind(group: str, kind: str, catalogue: Catalogue) -> None:
    """Holds what looks like Hedgehog but is not, and says what was probably meant."""
    near = catalogue.nearest(kind)
    hint = f'; did you mean apiVersion: {near.api_version}, kind: {near.kind}?' if near else ''
    if not catalogue.knows_group(group):
        known = ', '.join(catalogue.groups[:3])
        hint = hint or f'; the groups are {known}'
        message = f'Hedgehog has no API group {repr(group)}{hint}'
        raise _Refused('GroupUnknown', message, ('apiVersion',))
    if near is not None:
        place = 'apiVersion' if near.kind == kind else 'kind'
        raise _Refused('KindUnknown', f'{group} has no kind {repr(kind)}{hint}', (place,))


def _not_managed(key: ResourceKey, catalogue: Catalogue) -> Finding:
    successor = catalogue.renamed.get((key.group, key.kind))
    hint = f'; it is called {successor} now' if successor else ''
    message = f'{key.kind} of {key.group} is not kept in managed/{hint}'
    return Finding(Severity.WARNING, 'KindNotManaged', message, resource=key)


def _names(value: dict[str, Value], *, checked: bool) -> tuple[str, str]:
    """Name and namespace; `checked` by the rules for objects of the catalogue."""
    metadata = _metadata(value)
    name, namespace = _name(metadata), _namespace(metadata)
    if checked:
        _check_names(name, namespace)
    return name, namespace


def _metadata(value: dict[str, Value]) -> dict[str, Value]:
    metadata = value.get('metadata')
    if metadata is None:
        raise _Refused('NameMissing', 'metadata.name is missing')
    if not isinstance(metadata, dict):
        raise _Refused('MetadataInvalid', 'metadata must be a mapping', ('metadata',))
    return metadata


def _name(metadata: dict[str, Value]) -> str:
    name = metadata.get('name')
    if name is None or name == '':
        place: FieldPath = ('metadata', 'name') if 'name' in metadata else ('metadata',)
        raise _Refused('NameMissing', 'metadata.name is missing', place)
    if not isinstance(name, str):
        message = f'metadata.name must be a string, not {repr(name)}; put it in quotes'
        raise _Refused('NameNotString', message, ('metadata', 'name'))
    _refuse_unfilled(name, ('metadata', 'name'))
    return name


def _refuse_unfilled(text: str, place: FieldPath) -> None:
    """Refuses what still has to be filled in: template expressions and `<your-name>`."""
    if '{{' in text or '{%' in text:
        message = f'{repr(text)} is a template expression; render the template, drop its result'
        raise _Refused('TemplateText', message, place)
    if text.startswith('<') and text.endswith('>'):
        message = f'{repr(text)} is a placeholder; put the real {place[-1]} in its place'
        raise _Refused('Placeholder', message, place)


def _refuse_templates(value: dict[str, Value]) -> None:
    """Refuses an object with a field that is nothing but a Go template's expression.

    Descriptions and annotations may be any text.
    """
    if not _may_hold_template(value):
        return
    waiting: list[tuple[FieldPath, Value]] = [((), value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, dict):
            waiting += [((*place, key), inner) for key, inner in one.items() if key not in _FREE]
        elif isinstance(one, list):
            waiting += [((*place, number), inner) for number, inner in enumerate(one)]
        elif isinstance(one, str) and one.startswith('{{') and _EXPRESSION.fullmatch(one.strip()):
            _refuse_unfilled(one, place)


def _may_hold_template(value: Value) -> bool:
    """Whether any text begins like an expression: hardly one object does, and places cost."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one.startswith('{{'):
                return True
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def _namespace(metadata: dict[str, Value]) -> str:
    namespace = metadata.get('namespace')
    if namespace is None or namespace == '':
        return 'default'
    if not isinstance(namespace, str):
        message = f'metadata.namespace must be a string, not {repr(namespace)}; put it in quotes'
        raise _Refused('NamespaceInvalid', message, ('metadata', 'namespace'))
    _refuse_unfilled(namespace, ('metadata', 'namespace'))
    return namespace


def _check_names(name: str, namespace: str) -> None:
    if len(name) > NAME_LIMIT:
        message = f'metadata.name has {len(name)} characters; {NAME_LIMIT} are allowed'
        raise _Refused('NameInvalid', message, ('metadata', 'name'))
    if not is_name(name):
        message = (
            f'metadata.name {repr(name)} is not a legal name: lower-case letters, digits, '
            '"-" and "." only, beginning and ending with a letter or digit'
        )
        near = nearest_name(name)
        raise _Refused(
            'NameInvalid', message, ('metadata', 'name'), f'write {near}' if near else ''
        )
    if not is_label(namespace):
        message = f'metadata.namespace {repr(namespace)} is not a legal namespace'
        raise _Refused('NamespaceInvalid', message, ('metadata', 'namespace'))


def _check_foreign_names(name: str, namespace: str) -> None:
    """Other kinds have other rules; what no rule allows is a slash, a blank or a control sign."""
    if not is_word(name):
        message = f'metadata.name {repr(name)} is not a legal name'
        raise _Refused('NameInvalid', message, ('metadata', 'name'))
    if not is_label(namespace):
        message = f'metadata.namespace {repr(namespace)} is not a legal namespace'
        raise _Refused('NamespaceInvalid', message, ('metadata', 'namespace'))
