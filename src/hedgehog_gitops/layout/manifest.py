"""Reads and writes .hnp/manifest.yaml: the settings of a fabric, kept beside its files.

The manifest is never the truth about objects. It is read leniently, because the earlier plugin
wrote JSON under comment lines, and written only when a setting changes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import wrap
from typing import Any

from ..documents import Value, edit_document, read
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..identity import RepoPath
from .fabric import ArchiveStrategy, BadDocumentPolicy, Fabric
from .scalars import scalar

__all__ = ['Manifest', 'read_manifest', 'render_manifest', 'update_manifest']

_TEMPLATE = """\
version: "1.0"
structure_version: "1.0"
created_by: netbox-hedgehog
created_at: "{created_at}"
fabric_name: {name}
fabric_slug: {slug}
archive_strategy: {archive_strategy}
bad_document_policy: {bad_documents}
{choices}directories: {{raw: raw, managed: managed, unmanaged: unmanaged, templates: templates}}
crd_directories: [{folders}]
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says. `value` is everything that stands in it, known or not."""

    fabric_name: str
    fabric_slug: str
    archive_strategy: ArchiveStrategy = ArchiveStrategy.RENAME_WITH_EXTENSION
    bad_documents: BadDocumentPolicy = BadDocumentPolicy.HOLD_DOCUMENT
    annotate: bool = True
    keep_layout: bool = False
    created_at: str = ''
    value: Mapping[str, Any] = field(default_factory=dict)

    def fabric(self, base: RepoPath) -> Fabric:
        """The fabric which lives at `base` with these settings."""
        return Fabric(
            self.fabric_name,
            self.fabric_slug,
            base,
            self.archive_strategy,
            self.bad_documents,
            self.annotate,
            self.keep_layout,
        )


def read_manifest(data: bytes) -> tuple[Manifest | None, tuple[Finding, ...]]:
    """What the manifest says; None with a finding when nothing can be made of it."""
    value = _mapping(data)
    if value is None:
        message = 'the manifest is not a YAML mapping; it will be written anew'
        return None, (Finding(Severity.WARNING, 'ManifestBroken', message),)
    findings: list[Finding] = []
    name = _text(value, 'fabric_name')
    manifest = Manifest(
        fabric_name=name,
        fabric_slug=_text(value, 'fabric_slug') or _slug(name),
        archive_strategy=_choice(value, 'archive_strategy', ArchiveStrategy, findings),
        bad_documents=_choice(value, 'bad_document_policy', BadDocumentPolicy, findings),
        annotate=value.get('annotate') is not False,
        keep_layout=value.get('keep_layout') is True,
        created_at=_text(value, 'created_at'),
        value=value,
    )
    return manifest, tuple(findings)


def render_manifest(fabric: Fabric, created_at: datetime | str) -> bytes:
    """A new manifest. `created_at` is the one moment of initialisation."""
    moment = created_at if isinstance(created_at, str) else created_at.isoformat(timespec='seconds')
    folders = ', '.join(kind.plural for kind in fabric.catalogue.main_kinds)
    text = _TEMPLATE.format(
        created_at=moment,
        name=scalar(fabric.name),
        slug=scalar(fabric.slug),
        archive_strategy=fabric.archive_strategy,
        bad_documents=fabric.bad_documents,
        choices=''.join(f'{key}: {str(on).lower()}\n' for key, on in _choices(fabric).items()),
        folders=('\n' + ' ' * 18).join(wrap(folders, 80)),
    )
    return text.encode()


def update_manifest(data: bytes, fabric: Fabric, created_at: datetime) -> bytes:
    """The manifest with the fabric's settings; the same bytes when they stand there already."""
    manifest, _ = read_manifest(data)
    if manifest is None:
        return render_manifest(fabric, created_at)
    if manifest.fabric(fabric.base) == fabric:
        return data
    wanted: dict[str, Value] = {**manifest.value, **_settings(fabric)}
    try:
        return edit_document(data, wanted).text
    except NeedsPerson:
        return render_manifest(fabric, manifest.created_at or created_at)


def _settings(fabric: Fabric) -> dict[str, Value]:
    return {
        'fabric_name': fabric.name,
        'fabric_slug': fabric.slug,
        'archive_strategy': str(fabric.archive_strategy),
        'bad_document_policy': str(fabric.bad_documents),
        **_choices(fabric),
    }


def _choices(fabric: Fabric) -> dict[str, bool]:
    """The switches which were moved from where they usually stand."""
    choices = {}
    if not fabric.annotate:
        choices['annotate'] = False
    if fabric.keep_layout:
        choices['keep_layout'] = True
    return choices


def _mapping(data: bytes) -> dict[str, Any] | None:
    values = [document.value for document in read(data).documents if document.good]
    return values[0] if len(values) == 1 and isinstance(values[0], dict) else None


def _text(value: Mapping[str, Any], key: str) -> str:
    text = value.get(key)
    return text if isinstance(text, str) else ''


def _choice[Choice: (ArchiveStrategy, BadDocumentPolicy)](
    value: Mapping[str, Any], key: str, choices: type[Choice], findings: list[Finding]
) -> Choice:
    usual = next(iter(choices))
    word = value.get(key)
    if word is None:
        return usual
    for choice in choices:
        if word == choice:
            return choice
    message = f'{key} {word!r} is none of {", ".join(choices)}; {usual} is used'
    findings.append(Finding(Severity.WARNING, 'ManifestInvalid', message))
    return usual


def _slug(name: str) -> str:
    return re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')
