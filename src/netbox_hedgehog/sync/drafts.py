"""Reads what a person typed, and shows what a draft would change.

Forms and the API call `read_draft` before they save; pages call `current_text` and `draft_diff`.
The text both sides last agreed on is in the database; of Git only the fabric's own kinds are asked
for, and never the network.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hedgehog_gitops.documents import Document, Value, edit_document, emit, read
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.findings import Finding, Severity, has_errors
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.kinds import (
    Catalogue,
    Disposition,
    Identified,
    check_object,
    findings_of,
    identify,
)

from ..constants import ORIGIN_ANNOTATION_PREFIX
from ..models import HedgehogFabric, HedgehogResource
from .own_kinds import known_kinds
from .settings import reading_limits

__all__ = [
    'DraftReading',
    'current_text',
    'draft_diff',
    'draft_value',
    'first_good',
    'git_text',
    'identity_of',
    'read_draft',
    'resource_key',
    'text_diff',
]


@dataclass(frozen=True, slots=True)
class DraftReading:
    """What a text says, and what is wrong with it. `findings` are plain mappings, ready for JSON.

    `ok` is True when the text is exactly one usable object (the very one, where one was given).
    """

    ok: bool
    findings: tuple[dict[str, Any], ...]
    api_group: str = ''
    api_version: str = ''
    kind: str = ''
    namespace: str = ''
    name: str = ''
    spec: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)
    annotations: dict[str, Any] = field(default_factory=dict)


def read_draft(
    text: str, resource: HedgehogResource | None = None, fabric: HedgehogFabric | None = None
) -> DraftReading:
    """Reads a text from the YAML editor as the one object it should hold.

    `fabric` is the one a new object is for; its kinds count.
    """
    reading = read(text.encode('utf-8', 'surrogateescape'), reading_limits())
    documents = [each for each in reading.documents if not each.empty]
    findings = [*reading.findings, *(f for each in documents for f in each.findings)]
    if not reading.whole or has_errors(findings):
        return DraftReading(False, _as_json(findings))
    if len(documents) != 1:
        return DraftReading(False, _as_json([*findings, _wrong_number(documents)]))
    kinds = known_kinds(fabric or (resource.fabric if resource is not None else None))
    return _identified(documents[0], findings, resource, kinds)


def current_text(resource: HedgehogResource) -> str:
    """Returns the YAML of the object as NetBox has it now, drafts included."""
    if resource.draft_text:
        return resource.draft_text
    base = git_text(resource)
    if base and not resource.has_draft:
        return base
    if not base:
        return _written(draft_value(resource, None))
    return _splice(base, resource)


def draft_diff(resource: HedgehogResource) -> str:
    """Returns what the draft changes against Git's text, as a unified diff; empty without one."""
    return text_diff(resource, current_text(resource)) if resource.has_draft else ''


def text_diff(resource: HedgehogResource, text: str) -> str:
    """Returns what a text would change against Git's, as a unified diff; empty for the same."""
    path = _managed_path(resource) or str(resource_key(resource))
    before, after = git_text(resource).splitlines(keepends=True), text.splitlines(keepends=True)
    return ''.join(_with_line_ends(difflib.unified_diff(before, after, f'a/{path}', f'b/{path}')))


def git_text(resource: HedgehogResource) -> str:
    """Returns the text on which Git and NetBox last agreed; empty for an object new in NetBox."""
    state = getattr(resource, 'sync_state', None)
    return state.base_text if state is not None else ''


def draft_value(resource: HedgehogResource, base: Value) -> dict[str, Value]:
    """Returns the whole object the draft asks for, on top of what `base` says otherwise."""
    old = base if isinstance(base, dict) else {}
    spec = resource.draft_spec if resource.draft_spec is not None else resource.desired_spec
    return {
        **old,
        'apiVersion': resource.full_api_version,
        'kind': resource.kind,
        'metadata': _metadata(resource, old.get('metadata')),
        'spec': spec if spec is not None else {},
    }


def resource_key(resource: HedgehogResource) -> ResourceKey:
    """Returns the identity of a row in the engine's words."""
    return ResourceKey(
        resource.api_group, resource.kind, resource.namespace or 'default', resource.name
    )


def first_good(text: str) -> Document | None:
    """Returns the first document of a text that can be used; None when there is none."""
    documents = read(text.encode(), reading_limits()).documents
    return next((each for each in documents if each.good), None)


def identity_of(key: ResourceKey) -> dict[str, str]:
    """Returns an identity in the words of a row, as a filter takes them."""
    return {
        'api_group': key.group,
        'kind': key.kind,
        'namespace': key.namespace,
        'name': key.name,
    }


def without_origin(annotations: Any) -> dict[str, Any]:
    """Returns annotations without the ones that only say where a document came from."""
    if not isinstance(annotations, Mapping):
        return {}
    return {
        str(name): value
        for name, value in annotations.items()
        if not str(name).startswith(ORIGIN_ANNOTATION_PREFIX)
    }


def _identified(
    document: Document,
    findings: list[Finding],
    resource: HedgehogResource | None,
    kinds: Catalogue,
) -> DraftReading:
    what = identify(document.value, kinds)
    if what.finding:
        findings.append(_placed(document, what.finding, what.place))
    if what.key is not None and what.disposition is not Disposition.MANAGED:
        findings.append(_error('KindNotManaged', f'{what.key.kind} is not kept in a fabric'))
    if what.key and resource is not None and resource.name and what.key != resource_key(resource):
        findings.append(
            _error(
                'IdentityChanged',
                f'the text describes {what.key}, but this page is about {resource_key(resource)}; '
                'an object is renamed by creating a new one and deleting the old one',
            )
        )
    if what.key is None or not isinstance(document.value, dict):
        return DraftReading(False, _as_json(findings))
    metadata = document.value.get('metadata')
    spec = document.value.get('spec')
    labels = metadata.get('labels') if isinstance(metadata, dict) else None
    annotations = metadata.get('annotations') if isinstance(metadata, dict) else None
    for name, value in (('spec', spec), ('labels', labels), ('annotations', annotations)):
        if value is not None and not isinstance(value, dict):
            findings.append(_error('NotAMapping', f'{name} must be a mapping'))
    return DraftReading(
        ok=not has_errors(findings),
        findings=_as_json([*findings, *_against_rules(document, what)]),
        api_group=what.key.group,
        api_version=what.api_version.rpartition('/')[2],
        kind=what.key.kind,
        namespace=what.key.namespace,
        name=what.key.name,
        spec=spec if isinstance(spec, dict) else {},
        labels=labels if isinstance(labels, dict) else {},
        annotations=without_origin(annotations),
    )


def _against_rules(document: Document, what: Identified) -> tuple[Finding, ...]:
    """What the cluster would say about a draft, placed in its text.

    Form and API both come through here. It keeps nobody from saving: an object may have been like
    that for years, and the person edits another field of it.
    """
    return findings_of(check_object(document.value, what), document, resource=what.key)


def _splice(base: str, resource: HedgehogResource) -> str:
    """Puts the draft into the base text and leaves every other byte as it is."""
    document = first_good(base)
    if document is None:
        return _written(draft_value(resource, None))
    wanted = draft_value(resource, document.value)
    try:
        return edit_document(document.text, wanted, reading_limits()).text.decode()
    except NeedsPerson:
        return _written(wanted)


def _written(value: dict[str, Value]) -> str:
    return emit(value, depth=reading_limits().depth).decode()


def _metadata(resource: HedgehogResource, old: Value) -> dict[str, Value]:
    metadata: dict[str, Value] = dict(old) if isinstance(old, dict) else {}
    metadata['name'] = resource.name
    # A namespace that was never written stays unwritten: default is understood.
    if resource.namespace and (resource.namespace != 'default' or 'namespace' in metadata):
        metadata['namespace'] = resource.namespace
    drafting = resource.has_draft
    labels = resource.draft_labels if drafting else resource.labels
    annotations = resource.draft_annotations if drafting else resource.annotations
    _put(metadata, 'labels', labels, {})
    kept = metadata.get('annotations')
    origin = dict(kept) if isinstance(kept, dict) else {}
    origin = {name: origin[name] for name in origin if name not in without_origin(origin)}
    _put(metadata, 'annotations', annotations, origin)
    return metadata


def _put(metadata: dict[str, Value], name: str, wanted: Any, kept: dict[str, Any]) -> None:
    """Sets a map, or takes the key out when nothing is left; None means nobody touched it."""
    if wanted is None:
        return
    if wanted or kept:
        old = metadata.get(name)
        both = {**kept, **wanted}
        order = [key for key in old if key in both] if isinstance(old, dict) else []
        metadata[name] = {key: both[key] for key in (*order, *(k for k in both if k not in order))}
    elif metadata.get(name):
        del metadata[name]


def _managed_path(resource: HedgehogResource) -> str:
    state = getattr(resource, 'sync_state', None)
    return state.managed_file_path if state is not None else ''


def _with_line_ends(lines: Iterable[str]) -> Iterable[str]:
    """Says so where a last line has no line break, as diff does."""
    for line in lines:
        yield line if line.endswith('\n') else f'{line}\n\\ No newline at end of file\n'


def _placed(document: Document, finding: Finding, place: tuple[str | int, ...]) -> Finding:
    position = document.position(place)
    line, column = position if position else (document.line, 1)
    return Finding(
        finding.severity,
        finding.code,
        finding.message,
        line=line,
        column=column,
        document=document.index,
        resource=finding.resource,
    )


def _wrong_number(documents: list[Document]) -> Finding:
    if not documents:
        return _error('DraftEmpty', 'the text holds no object')
    return _error('SeveralDocuments', f'the text holds {len(documents)} objects instead of one')


def _error(code: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, message)


def _as_json(findings: Iterable[Finding]) -> tuple[dict[str, Any], ...]:
    return tuple(finding.as_json() for finding in findings)
