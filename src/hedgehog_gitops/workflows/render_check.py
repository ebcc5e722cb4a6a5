"""Judges a fabric as a plan would leave it: which of the plan's objects a cluster would refuse.

Used by `render.py` before anything is planned to be pushed. Files that stay are not read again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..documents import Limits, read
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, CommitId, ResourceKey, blob_id
from ..layout import Fabric
from ..plans import Change, Delete, Write
from .check import is_laid_out, judged_fabric
from .check_together import Judged, judged_together
from .checked_blob import check_reading
from .reading import entries_below

__all__ = ['Judging', 'Verdict']


@dataclass(frozen=True, slots=True)
class Verdict:
    """The errors a plan would bring: those of its own objects, and those of others."""

    own: Mapping[ResourceKey, tuple[Finding, ...]]
    others: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """True where a cluster would take all of it, as far as it took what is there."""
        return not self.own and not self.others


class Judging:
    """The fabric of one commit, read once, judged with one set of changes after another."""

    def __init__(self, store: GitStore, head: CommitId, fabric: Fabric, limits: Limits) -> None:
        self._fabric, self._limits = fabric, limits
        self._before = judged_fabric(store, head, fabric, limits)
        self._laid_out = is_laid_out(fabric, entries_below(store, head, fabric.base))
        self._known: set[tuple[object, ...]] | None = None

    def judge(self, changes: Iterable[Change], touched: set[ResourceKey]) -> Verdict:
        """Returns the errors that are there after the changes and were not before."""
        errors = self._errors(self._after(changes))
        if not errors:
            return Verdict({}, ())
        if self._known is None:
            self._known = {_sign(finding) for finding in self._errors(self._before)}
        own: dict[ResourceKey, list[Finding]] = {}
        others: list[Finding] = []
        for finding in errors:
            if _sign(finding) in self._known:
                continue
            if finding.resource is not None and finding.resource in touched:
                own.setdefault(finding.resource, []).append(finding)
            else:
                others.append(finding)
        return Verdict({key: tuple(some) for key, some in own.items()}, tuple(others))

    def standing(self, changes: Iterable[Change]) -> tuple[Finding, ...]:
        """Returns the errors that are there before the changes and after them, marked as such."""
        known = {_sign(finding) for finding in self._errors(self._before)}
        return tuple(
            replace(finding, message=f'{finding.message} (this stands in Git already)')
            for finding in self._errors(self._after(changes))
            if _sign(finding) in known
        )

    def _errors(self, judged: Judged) -> list[Finding]:
        alone = (
            finding.at(file=path)
            for path, blob in judged.files.items()
            for finding in judged.blobs[blob].findings
        )
        together = judged_together(judged, self._fabric, laid_out=self._laid_out)
        found = [*alone, *together]
        return [finding for finding in found if finding.severity is Severity.ERROR]

    def _after(self, changes: Iterable[Change]) -> Judged:
        files, blobs = dict(self._before.files), dict(self._before.blobs)
        contents: dict[BlobId, bytes] = {}
        for change in changes:
            if isinstance(change, Delete):
                files.pop(change.path, None)
            elif isinstance(change, Write) and change.path.startswith(f'{self._fabric.managed}/'):
                blob = blob_id(change.content)
                contents[blob] = change.content
                files[change.path] = blob
                if blob not in blobs:
                    reading = read(change.content, self._limits)
                    blobs[blob] = check_reading(reading, self._fabric.catalogue)
        return replace(self._before, files=files, blobs=blobs, contents=contents)


def _sign(finding: Finding) -> tuple[object, ...]:
    return finding.resource or finding.file, finding.code, finding.field
