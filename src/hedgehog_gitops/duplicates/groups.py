"""What a scan answers: objects that are described in several places, and what nearly is one.

Values only. `find.py` makes the copies of a group, `rank.py` says which one wins and why,
`planner.py` makes a plan of it; `explain.py` tells it to people and programs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from ..identity import BlobId, Digest, RepoPath, ResourceKey
from ..kinds import Disposition
from .policy import Action
from .spots import Spot

__all__ = ['Area', 'Comparison', 'Copy', 'DuplicateGroup', 'NearMiss', 'Nearness', 'Ranked', 'Wait']


class Area(StrEnum):
    """The part of the layout a file lies in; `other` is a folder of people's own."""

    MANAGED = 'managed'
    RAW = 'raw'
    UNMANAGED = 'unmanaged'
    OTHER = 'other'


class Comparison(StrEnum):
    """How the descriptions of one object compare; which phase of the search found the group."""

    IDENTICAL = 'identical'
    """The same bytes."""
    SAME_MEANING = 'same_meaning'
    """Other bytes that mean the same to the cluster."""
    SUBSET = 'subset'
    """One says all that the others say, and more."""
    CONFLICTING = 'conflicting'
    """They contradict one another."""

    @property
    def is_same(self) -> bool:
        return self in (Comparison.IDENTICAL, Comparison.SAME_MEANING)


class Wait(StrEnum):
    """Why a group is left to a person."""

    TIE = 'tie'
    """No rule tells the best of them apart."""
    UNMANAGED = 'unmanaged'
    """A file in unmanaged/ would have to change, and nobody picked it by name."""
    FOREIGN = 'foreign'
    """Its kind is not one the fabric keeps, so other tools may want every file of it."""
    INVALID = 'invalid'
    """A cluster would refuse the winner, and another description has no error."""
    COMPOSED = 'composed'
    """A kustomization names one of the files, so they may be layers and no duplicates."""


class Nearness(StrEnum):
    """What looks like a duplicate and is none. Reported apart, never settled."""

    SAME_SPEC = 'same_spec'
    """Two names, one content."""
    LETTER_CASE = 'letter_case'
    """Two names that differ in upper and lower case only."""
    SAME_BYTES = 'same_bytes'
    """The same text of documents that have no identity."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One description of an object. `line` counts from 1; digests are hexadecimal.

    `file_hash` is SHA-256 of the file, `text` and `meaning` stand for the document's bytes and for
    what they mean. `marks` are its labels and annotations as `name=value`; `marked` tells that a
    header in it says it is a duplicate. `depth` is how many folders lead to the fabric.
    `waits` tells that managed/ has the object and ingestion will take this one up as an update,
    `own` that the file is the object's own: the one it has in managed/ by its kind and name.
    """

    key: ResourceKey
    spot: Spot
    blob: BlobId
    line: int
    area: Area
    disposition: Disposition
    api_version: str
    file_hash: str
    text: Digest
    meaning: Digest
    marks: frozenset[str] = frozenset()
    annotated: bool = False
    marked: bool = False
    depth: int = 0
    waits: bool = False
    own: bool = False

    @property
    def is_read(self) -> bool:
        """Whether the fabric's objects are read from here: from documents in managed/, no Lists."""
        return self.area is Area.MANAGED and self.spot.item is None

    @property
    def reading_order(self) -> tuple[bool, str, int]:
        """Sorts what the fabric is read from: where several say one object, the first counts."""
        return not self.own, self.spot.path, self.spot.document


@dataclass(frozen=True, slots=True)
class Ranked:
    """A copy with its place in the ranking.

    `score` is derived from the ranks, so that lists sort; `rule` is the rule by which it lost
    (empty for the winner and for those nobody told apart); `why` says it in words. `action` is
    what it becomes by the policy, KEEP for the winner and wherever a person must decide.
    """

    copy: Copy
    score: int
    rule: str
    why: str
    action: Action

    @property
    def spot(self) -> Spot:
        return self.copy.spot


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """All descriptions of one object which count, the best first.

    `winner` is None where a person must choose it; `wait` says why a person is needed. `rule` is
    the rule that chose the winner and `why` the sentence about it. `fields` are those in which
    the descriptions differ. `settled` groups were marked or kept by a person as they stand.
    """

    key: ResourceKey
    comparison: Comparison
    copies: tuple[Ranked, ...]
    winner: Spot | None = None
    rule: str = ''
    why: str = ''
    wait: Wait | None = None
    fields: tuple[str, ...] = ()
    settled: bool = False

    @property
    def id(self) -> str:
        """The same from scan to scan: 16 hexadecimal digits that stand for the identity."""
        return sha256(str(self.key).encode()).hexdigest()[:16]

    @property
    def state(self) -> str:
        """Changes when a description comes, goes, moves in its file or is written otherwise.

        16 hexadecimal digits; a choice by spot holds for this very state.
        """
        return _token(f'{each.spot} {each.copy.text}' for each in self.copies)

    @property
    def content(self) -> str:
        """Changes when what a file says changes, wherever it says it and however it is written.

        16 hexadecimal digits; what a person decided about the group holds as long.
        """
        return _token(f'{each.spot.path} {each.copy.meaning}' for each in self.copies)

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(each.spot for each in self.copies)

    @property
    def paths(self) -> tuple[RepoPath, ...]:
        return tuple(dict.fromkeys(spot.path for spot in self.spots))


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Documents that are not one object and look like it: where they are, and what they are."""

    nearness: Nearness
    places: tuple[tuple[Spot, str], ...]

    @property
    def paths(self) -> tuple[RepoPath, ...]:
        return tuple(spot.path for spot, _ in self.places)


def _token(rows: Iterable[str]) -> str:
    return sha256('\n'.join(sorted(rows)).encode('utf-8', 'surrogateescape')).hexdigest()[:16]
