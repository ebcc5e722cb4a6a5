"""Files of other programs among those that are checked, in a repository without our layout.

Used by `check.py`. In a fabric everything below its folder is ours to judge; elsewhere a file that
says neither `apiVersion` nor `kind` is nobody's object, and no commit fails for it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, RepoPath

__all__ = ['told_of_others']

_SAYS_WHAT_IT_IS = re.compile(rb'\b(?:apiVersion|kind)["\']?\s*:')
# Nobody knows what these say.
_NOT_READ = frozenset({'FileTooLarge', 'LfsPointer', 'NotUtf8'})


def told_of_others(
    store: GitStore, files: Mapping[RepoPath, BlobId], findings: Sequence[Finding]
) -> list[Finding]:
    """The findings, those of other programs' files being for information only."""
    blobs = {f.file: files[f.file] for f in findings if f.file and f.file in files}
    for finding in findings:
        if finding.file and finding.code in _NOT_READ:
            blobs.pop(finding.file, None)
    contents = store.read_blobs(blobs.values())
    others = {p for p, blob in blobs.items() if not _SAYS_WHAT_IT_IS.search(contents[blob])}
    return [replace(f, severity=Severity.INFO) if f.file in others else f for f in findings]
