"""One fabric's place in a repository: its base folder, the folders below it, and its choices.

Made by the workflows from settings or from the manifest; every deciding room gets one passed in.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from ..identity import RepoPath
from ..kinds import CATALOGUE, Catalogue

__all__ = ['ArchiveStrategy', 'BadDocumentPolicy', 'Fabric']


class ArchiveStrategy(StrEnum):
    """What becomes of an original whose documents were ingested."""

    RENAME_WITH_EXTENSION = 'rename_with_extension'
    MOVE_TO_ARCHIVE = 'move_to_archive'
    GIT_HISTORY_ONLY = 'git_history_only'
    KEEP_IN_PLACE = 'keep_in_place'


class BadDocumentPolicy(StrEnum):
    """How far one bad document reaches: itself only, or its whole file."""

    HOLD_DOCUMENT = 'hold_document'
    HOLD_FILE = 'hold_file'


@dataclass(frozen=True, slots=True)
class Fabric:
    """A fabric's name and folder. `annotate` off leaves ingested text untouched altogether.

    `catalogue` has the kinds this fabric knows: the built-in ones and those it brings along.
    """

    name: str
    slug: str
    base: RepoPath
    archive_strategy: ArchiveStrategy = ArchiveStrategy.RENAME_WITH_EXTENSION
    bad_documents: BadDocumentPolicy = BadDocumentPolicy.HOLD_DOCUMENT
    annotate: bool = True
    keep_layout: bool = False
    catalogue: Catalogue = field(default=CATALOGUE, compare=False, repr=False)

    def path(self, below: str) -> RepoPath:
        """The path in the repository of something below the base."""
        return RepoPath(f'{self.base}/{below}' if self.base else below)

    def below(self, path: RepoPath) -> str:
        """The path below the base, as annotations and the archive log write it."""
        return path.removeprefix(f'{self.base}/') if self.base else path

    @property
    def raw(self) -> RepoPath:
        return self.path('raw')

    @property
    def unmanaged(self) -> RepoPath:
        return self.path('unmanaged')

    @property
    def managed(self) -> RepoPath:
        return self.path('managed')

    @property
    def templates(self) -> RepoPath:
        return self.path('templates')

    @property
    def crds(self) -> RepoPath:
        return self.path('crds')

    @property
    def hnp(self) -> RepoPath:
        return self.path('.hnp')

    @property
    def manifest(self) -> RepoPath:
        return self.path('.hnp/manifest.yaml')

    @property
    def archive_log(self) -> RepoPath:
        return self.path('.hnp/archive-log.yaml')

    @property
    def readme(self) -> RepoPath:
        return self.path('README.md')
