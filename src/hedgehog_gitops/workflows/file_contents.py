"""What is said about files that are put in place by name, and what keeps them out of managed/.

Used by `file_operations.py`. Only files whose bytes or place are new are looked at.
"""

from collections.abc import Mapping

from ..documents import Limits, Reading, read
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, RepoPath, ResourceKey, TreeEntry
from ..kinds import Disposition
from ..layout import Fabric, is_yaml_name
from .checked_blob import check_reading
from .known_blobs import KnownBlobs
from .reading import managed_files

__all__ = ['about_contents']


def about_contents(
    store: GitStore,
    fabric: Fabric,
    before: Mapping[RepoPath, TreeEntry],
    after: Mapping[RepoPath, TreeEntry],
    contents: Mapping[BlobId, bytes],
    limits: Limits,
) -> tuple[list[Finding], list[Finding]]:
    """Returns what speaks against the files in managed/, and what else is to be told."""
    new = {p: e for p, e in after.items() if before.get(p) != e and is_yaml_name(p) and e.is_file}
    refused: list[Finding] = []
    told: list[Finding] = []
    objects: dict[RepoPath, list[ResourceKey]] = {}
    for path, entry in new.items():
        reading = read(_bytes(store, entry.blob, contents), limits)
        checked = check_reading(reading, fabric.catalogue)
        findings = [finding.at(file=path) for finding in checked.findings]
        if not path.startswith(f'{fabric.managed}/'):
            told += findings
            continue
        broken = _broken(reading)
        refused += [f for f in findings if broken and f.severity is Severity.ERROR]
        told += [f for f in findings if not broken or f.severity is not Severity.ERROR]
        objects[path] = [
            each.key
            for each in checked.objects
            if each.key is not None and each.disposition is Disposition.MANAGED
        ]
    return [*refused, *_twice(store, fabric, after, objects, limits)], told


def _broken(reading: Reading) -> bool:
    return not reading.whole or any(not (d.good or d.empty) for d in reading.documents)


def _twice(
    store: GitStore,
    fabric: Fabric,
    after: Mapping[RepoPath, TreeEntry],
    objects: Mapping[RepoPath, list[ResourceKey]],
    limits: Limits,
) -> list[Finding]:
    """Objects of the new files that another file of managed/ describes as well."""
    wanted = {key for keys in objects.values() for key in keys}
    if not wanted:
        return []
    others = {p: b for p, b in managed_files(fabric, after).items() if p not in objects}
    rows = KnownBlobs(store, fabric, limits).readings(others.values())
    places: dict[ResourceKey, list[RepoPath]] = {}
    for path, blob in others.items():
        for row in rows[blob].documents:
            if row.key in wanted:
                places.setdefault(row.key, []).append(path)
    for path, keys in objects.items():
        for key in keys:
            places.setdefault(key, []).append(path)
    return [
        Finding(
            Severity.ERROR,
            'DuplicateIdentity',
            f'{key} is described in {", ".join(dict.fromkeys(at))}',
            at[-1],
            resource=key,
        )
        for key, at in places.items()
        if len(at) > 1
    ]


def _bytes(store: GitStore, blob: BlobId, contents: Mapping[BlobId, bytes]) -> bytes:
    return contents[blob] if blob in contents else store.read_blobs([blob])[blob]
