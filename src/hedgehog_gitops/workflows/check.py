"""What is wrong with the files of a fabric: syntax, identity, schema, rules, references, layout.

Called by `hedgehog-gitops check` and by the plugin; nothing is written. Reads every YAML and JSON
file below the base but archived originals, our own files and templates. The objects judged together
are those of managed/ with what waits in raw/ in their place; of a folder without our layout, all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..documents import Limits
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, TreeId
from ..layout import (
    BlobReading,
    DocumentIdentity,
    Fabric,
    is_hidden,
    is_yaml_name,
    path_collisions,
    read_manifest,
    take_inventory,
    unread_path,
)
from .caches import is_passing
from .check_together import Judged, duplicates_at_rest, judged_together
from .checked_blob import CheckedBlob
from .known_checks import KnownChecks
from .other_files import told_of_others
from .own_kinds import own_kinds
from .progress import Progress, Silent
from .reading import entries_below
from .structure import is_laid_out, missing_structure

__all__ = ['Checked', 'check_entries', 'check_fabric', 'is_laid_out', 'judged_fabric']

_LIMITS = Limits()
_SILENT = Silent()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what was found in it, in path order."""

    files: int
    objects: int
    findings: tuple[Finding, ...]


def check_fabric(
    store: GitStore,
    commit: CommitId | TreeId,
    fabric: Fabric,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    workers: int = 1,
) -> Checked:
    """Returns every finding of the fabric's folder in a commit or a tree."""
    progress.stage('read')
    known = KnownChecks(store, fabric, limits, workers)
    tree = store.tree_id(commit, fabric.base)
    kept = known.of_tree(tree) if tree is not None else None
    if kept is not None:
        return _from_json(kept)
    entries = entries_below(store, commit, fabric.base)
    own = own_kinds(store, commit, fabric, limits).findings
    checked = _checked(store, entries, fabric, limits, known, progress, own)
    if tree is not None and not is_passing(f.code for f in checked.findings):
        known.keep_tree(tree, _as_json(checked))
    return checked


def check_entries(
    store: GitStore,
    entries: Mapping[RepoPath, TreeEntry],
    fabric: Fabric,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
) -> Checked:
    """The same for files that are no tree of their own, without what is wrong with `crds/`."""
    known = KnownChecks(store, fabric, limits)
    return _checked(store, entries, fabric, limits, known, progress, ())


def judged_fabric(
    store: GitStore,
    commit: CommitId | TreeId,
    fabric: Fabric,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    workers: int = 1,
) -> Judged:
    """Returns what each file of the fabric holds; files that are known are not read again."""
    known = KnownChecks(store, fabric, limits, workers)
    entries = entries_below(store, commit, fabric.base)
    return _judged(store, fabric, entries, known, limits, progress)


def _judged(
    store: GitStore,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    known: KnownChecks,
    limits: Limits,
    progress: Progress,
) -> Judged:
    files = {p: e.blob for p, e in entries.items() if e.is_file and _is_looked_at(fabric, p)}
    return Judged(store, files, known.of_blobs(files.values(), progress), limits)


def _checked(
    store: GitStore,
    entries: Mapping[RepoPath, TreeEntry],
    fabric: Fabric,
    limits: Limits,
    known: KnownChecks,
    progress: Progress,
    own: tuple[Finding, ...],
) -> Checked:
    judged = _judged(store, fabric, entries, known, limits, progress)
    files, blobs = judged.files, judged.blobs
    progress.stage('judge')
    laid_out = is_laid_out(fabric, entries)
    findings = [
        *own,
        *(
            finding.at(file=path)
            for path, blob in files.items()
            for finding in blobs[blob].findings
        ),
        *_odd_entries(entries),
        *path_collisions(entries),
        *judged_together(judged, fabric, laid_out=laid_out),
        *duplicates_at_rest(judged, fabric),
    ]
    if laid_out:
        findings += _places(fabric, files, blobs)
        findings += _structure(store, fabric, entries)
    else:
        findings = told_of_others(store, files, findings)
    objects = sum(len(blobs[blob].objects) for blob in files.values())
    return Checked(len(files), objects, tuple(sorted(findings, key=_place)))


def _is_looked_at(fabric: Fabric, path: RepoPath) -> bool:
    if path.startswith((f'{fabric.hnp}/', f'{fabric.templates}/', f'{fabric.crds}/')):
        return False
    return is_yaml_name(path) and not is_hidden(fabric.below(path))


def _places(
    fabric: Fabric, files: Mapping[RepoPath, BlobId], blobs: Mapping[BlobId, CheckedBlob]
) -> tuple[Finding, ...]:
    """What is odd about where the objects of managed/ lie."""
    managed = f'{fabric.managed}/'
    readings = (
        (path, blob, _reading(blobs[blob]))
        for path, blob in files.items()
        if path.startswith(managed)
    )
    return take_inventory(fabric, readings).findings


def _reading(checked: CheckedBlob) -> BlobReading:
    return BlobReading(
        tuple(
            DocumentIdentity(o.document, o.key, o.disposition)
            for o in checked.objects
            if not o.place
        )
    )


def _odd_entries(entries: Mapping[RepoPath, TreeEntry]) -> list[Finding]:
    found = []
    for path, entry in entries.items():
        if not entry.is_file:
            link = entry.mode == '120000'
            code, what = ('SymbolicLink', 'symbolic link') if link else ('Submodule', 'submodule')
            message = f'is a {what}; it is never followed and never written'
            found.append(Finding(Severity.WARNING, code, message, file=path))
        elif odd := unread_path(path):
            found.append(odd)
    return found


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


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.file or '', finding.line or 0, finding.column or 0, finding.code


def _as_json(checked: Checked) -> dict[str, Any]:
    findings = [finding.as_json() for finding in checked.findings]
    return {'files': checked.files, 'objects': checked.objects, 'findings': findings}


def _from_json(kept: Mapping[str, Any]) -> Checked:
    findings = tuple(Finding.from_json(row) for row in kept['findings'])
    return Checked(kept['files'], kept['objects'], findings)
