"""What is wrong with a fabric's files, for the API: the whole, some paths, or texts given by hand.

Reads the local copy as `versions.py` does: no lock, no server, nothing written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hedgehog_gitops.findings import Finding, Severity, has_errors
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.workflows import (
    Checked,
    check_fabric,
    check_paths,
    check_texts,
    path_in,
    the_commit,
)
from hedgehog_gitops.workflows.reading import entries_below

from ..models import HedgehogFabric
from .versions import FabricFiles, files_of

__all__ = ['Asked', 'check_files']


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked: a commit, of it certain files and folders, or `texts` by path.

    `structure` are folders and files that are expected to be there.
    """

    at: str = ''
    paths: Sequence[str] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    structure: Sequence[str] = ()


def check_files(fabric: HedgehogFabric, asked: Asked) -> dict[str, Any]:
    """Returns what was looked at and every finding."""
    files = files_of(fabric)
    commit = the_commit(files.store, asked.at, files.commit) if asked.at else files.commit
    found = _checked(files, commit, asked)
    findings = [*found.findings, *_missing(files, commit, asked.structure)]
    return {
        'valid': not has_errors(findings),
        'commit': commit,
        'files': found.files,
        'objects': found.objects,
        'findings': [finding.as_json() for finding in findings],
    }


def _checked(files: FabricFiles, commit: CommitId, asked: Asked) -> Checked:
    place, limits = files.place, files.limits
    if asked.texts:
        texts = {path_in(place, path): text.encode() for path, text in asked.texts.items()}
        return check_texts(files.store, commit, place, texts, limits)
    only = frozenset(path_in(place, path) for path in asked.paths)
    if only:
        return check_paths(files.store, commit, place, only, limits=limits)
    return check_fabric(files.store, commit, place, limits)


def _missing(files: FabricFiles, commit: CommitId, structure: Sequence[str]) -> list[Finding]:
    """What was expected to be there and is not; a folder is written with a slash at its end."""
    if not structure:
        return []
    present = entries_below(files.store, commit, files.place.base)
    findings = []
    for wanted in structure:
        path = path_in(files.place, wanted.rstrip('/'))
        folder = wanted.endswith('/')
        there = any(each.startswith(f'{path}/') for each in present) if folder else path in present
        if not there:
            what = 'folder' if folder else 'file'
            message = f'the expected {what} is not there'
            advice = 'add it, or initialise the directory again to restore our own parts'
            findings.append(
                Finding(
                    Severity.ERROR, 'StructureIncomplete', message, file=path, suggestion=advice
                )
            )
    return findings
