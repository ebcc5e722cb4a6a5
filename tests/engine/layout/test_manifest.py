"""The manifest: our own form, the earlier plugin's, and nothing rewritten without need."""

from dataclasses import replace

import pytest
import yaml

from hedgehog_gitops.layout import (
    ArchiveStrategy,
    BadDocumentPolicy,
    Fabric,
    Manifest,
    read_manifest,
    render_manifest,
    update_manifest,
)

from ..ingest.trees import FABRIC, NOW

EARLIER = b"""# HNP GitOps Manifest
# This file tracks the GitOps structure for this fabric

{
  "version": "1.0",
  "fabric_name": "Old Fabric",
  "fabric_id": 35,
  "directories": {"raw": "raw", "metadata": ".hnp"},
  "archive_strategy": "rename_with_extension",
  "onboarding_completed": true
}"""

ODD = replace(
    FABRIC,
    name='yes: "no" # 5\n',
    slug='5',
    archive_strategy=ArchiveStrategy.KEEP_IN_PLACE,
    bad_documents=BadDocumentPolicy.HOLD_FILE,
    annotate=False,
    keep_layout=True,
)


def manifest_of(data: bytes) -> Manifest:
    manifest, findings = read_manifest(data)
    assert manifest is not None
    assert not findings
    return manifest


@pytest.mark.parametrize('fabric', [FABRIC, ODD])
def test_what_was_written_is_read(fabric: Fabric) -> None:
    text = render_manifest(fabric, NOW)
    assert manifest_of(text).fabric(fabric.base) == fabric
    assert manifest_of(text).created_at == '2026-11-20T12:00:00+00:00'
    plain = yaml.safe_load(text)
    assert plain['fabric_name'] == fabric.name
    assert plain['crd_directories'][0] == 'connections'
    assert len(plain['crd_directories']) == 12


def test_same_settings_leave_the_bytes_alone() -> None:
    text = b'# mine\n' + render_manifest(FABRIC, NOW)
    assert update_manifest(text, FABRIC, NOW) == text


def test_another_setting_changes_its_line_only() -> None:
    text = b'# mine\nextra: kept\n' + render_manifest(FABRIC, NOW)
    changed = update_manifest(text, replace(FABRIC, name='New name'), NOW)
    assert changed == text.replace(b'Lab fabric', b'New name')


def test_the_earlier_plugins_manifest() -> None:
    manifest = manifest_of(EARLIER)
    assert (manifest.fabric_name, manifest.fabric_slug) == ('Old Fabric', 'old-fabric')
    fabric = replace(FABRIC, name='Old Fabric', slug='renamed')
    changed = update_manifest(EARLIER, fabric, NOW)
    assert manifest_of(changed).fabric(fabric.base) == fabric
    assert manifest_of(changed).value['fabric_id'] == 35
    assert changed.startswith(b'# HNP GitOps Manifest\n')


@pytest.mark.parametrize('data', [b'', b'- 1\n', b'a: [\n', b'\xff', b'a: 1\n---\nb: 2\n'])
def test_a_broken_manifest(data: bytes) -> None:
    manifest, findings = read_manifest(data)
    assert manifest is None
    assert [finding.code for finding in findings] == ['ManifestBroken']
    assert update_manifest(data, FABRIC, NOW) == render_manifest(FABRIC, NOW)


def test_an_unknown_choice_is_said_and_the_usual_one_used() -> None:
    manifest, findings = read_manifest(b'fabric_name: a\narchive_strategy: burn\n')
    assert manifest is not None
    assert manifest.archive_strategy is ArchiveStrategy.RENAME_WITH_EXTENSION
    assert [finding.code for finding in findings] == ['ManifestInvalid']
