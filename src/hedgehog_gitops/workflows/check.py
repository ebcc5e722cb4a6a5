"""What is wrong with the files of a fabric: syntax, identity, layout. Nothing is written.

Called by `hedgehog-gitops check`. Reads every YAML and JSON file below the base but archived
originals, our own files and templates; unchanged files come from the identity cache.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..documents import Limits
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry
from ..layout import (
    BlobReading,
    Fabric,
    is_yaml_name,
    path_collisions,
    read_manifest,
    take_inventory,
)
from .known_blobs import KnownBlobs
from .progress import Progress, Silent
from .reading import entries_below
from .structure import missing_structure

__all__ = ['Checked', 'check_fabric']

_LIMITS = Limits()
_SILENT = Silent()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what was found in it."""

    files: int
    objects: int
    findings: tuple[Finding, ...]


def check_fabric(
    store: GitStore,
    commit: CommitId,
    fabric: Fabric,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
) -> Checked:
    """Returns every finding of the fabric's folder at `commit`, in path order."""
    progress.stage('read')
    entries = entries_below(store, commit, fabric.base)
    files = {p: e for p, e in entries.items() if e.is_file and _is_looked_at(fabric, p)}
    known = KnownBlobs(store, fabric, limits).readings(entry.blob for entry in files.values())
    managed = f'{fabric.managed}/'
    places = take_inventory(
        fabric,
        ((p, e.blob, known[e.blob]) for p, e in files.items() if p.startswith(managed)),
    )
    findings = [
        *places.findings,
        *_in_other_folders(files, known, managed),
        *_odd_entries(entries),
        *path_collisions(entries),
        *_structure(store, fabric, entries),
    ]
    objects = sum(len(known[entry.blob].documents) for entry in files.values())
    return Checked(len(files), objects, tuple(sorted(findings, key=_place)))


def _is_looked_at(fabric: Fabric, path: RepoPath) -> bool:
    if path.startswith((f'{fabric.hnp}/', f'{fabric.templates}/')):
        return False
    return is_yaml_name(path)


def _in_other_folders(
    files: Mapping[RepoPath, TreeEntry], known: Mapping[BlobId, BlobReading], managed: str
) -> list[Finding]:
    return [
        finding.at(file=path)
        for path, entry in files.items()
        if not path.startswith(managed)
        for finding in known[entry.blob].findings
    ]


def _odd_entries(entries: Mapping[RepoPath, TreeEntry]) -> list[Finding]:
    message = 'is a symbolic link or a submodule; it is never followed and never written'
    return [
        Finding(Severity.WARNING, 'NotAFile', message, file=path)
        for path, entry in entries.items()
        if not entry.is_file
    ]


def _structure(
    store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]
) -> list[Finding]:
    message = 'is missing; the next `init` or `ingest` restores it'
    findings = [
        Finding(Severity.WARNING, 'StructureIncomplete', message, file=path)
        for path in missing_structure(fabric, entries)
    ]
    manifest = entries.get(fabric.manifest)
    if manifest is not None and manifest.is_file:
        _, broken = read_manifest(store.read_blobs([manifest.blob])[manifest.blob])
        findings += (finding.at(file=fabric.manifest) for finding in broken)
    return findings


def _place(finding: Finding) -> tuple[str, int, int]:
    return finding.file or '', finding.line or 0, finding.column or 0
