"""Which version of which template made an object, or that NetBox's devices did.

Called for an object's page. By what the fabric keeps of each rendering and generation, not by an
annotation: that one can be switched off, and a hand can write it.
"""

from dataclasses import dataclass

from ..git import GitStore
from ..identity import CommitId, RepoPath, ResourceKey
from ..layout import Fabric
from ..templates import template_path
from .generate import generated_records
from .history import file_history
from .reading import entries_below
from .render_context import kept_records

__all__ = ['MadeBy', 'made_by']

# A version older than this many changes of its template is told without its commit.
_VERSIONS = 100


@dataclass(frozen=True, slots=True)
class MadeBy:
    """The maker of an object: `template` below templates/, '' where it was generated from NetBox.

    `version` is the template's blob, `commit` the one that gave it this text, '' where that is
    long ago. `is_current` tells whether the template has that text now, `adopted` whether the
    object was there before.
    """

    template: str = ''
    version: str = ''
    commit: str = ''
    is_current: bool = True
    adopted: bool = False


def made_by(store: GitStore, head: CommitId, fabric: Fabric, key: ResourceKey) -> MadeBy | None:
    """Returns who made an object last; None where only people did."""
    kept = entries_below(store, head, fabric.hnp)
    for record in kept_records(store, fabric, kept).values():
        if (made := record.find(key)) is not None:
            version = made.version or record.version
            path = template_path(fabric, record.name)
            entry = entries_below(store, head, fabric.templates).get(path)
            return MadeBy(
                record.name,
                version,
                _commit_of(store, head, path, version),
                entry is not None and entry.blob == version,
                made.adopted,
            )
    generated = generated_records(store, fabric, kept).values()
    return MadeBy() if any(record.find(key) is not None for record in generated) else None


def _commit_of(store: GitStore, head: CommitId, path: RepoPath, version: str) -> str:
    entries = file_history(store, head, path, _VERSIONS)
    return next((entry.commit for entry in entries if entry.blob == version), '')
