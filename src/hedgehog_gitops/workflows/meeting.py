"""An edit made on an older version of an object meets what Git says now: one text, or a clash.

Used by `edit.py`, and by whoever settles a conflict later. Values are merged field by field; the
merged meaning goes into Git's text, so that only the edited fields change there. Pure.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..documents import (
    CannotEdit,
    Limits,
    Value,
    comments,
    edit_document,
    format_field_path,
    mapping,
)
from ..identity import ResourceKey
from ..kinds import Kind
from ..layout import Located
from ..merge import Clash, Merged, decided, merge_values
from ..plans import ClashRule, Side
from .meanings import differing_fields

__all__ = ['Meeting', 'Met', 'Version', 'meet', 'settle']


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object: its exact text and what Kubernetes reads.

    `level` and `why` are those of the edit which made it (`documents.Edited`).
    """

    text: bytes
    value: dict[str, Any]
    level: int = 0
    why: str = ''

    def side(self, place: Located | None = None) -> Side:
        """Returns it as a side of a conflict."""
        if place is None:
            return Side(self.text, self.value)
        return Side(self.text, self.value, place.path, place.document)


@dataclass(frozen=True)
class Meeting:
    """What both sides come from (None: unknown), what the edit makes of it, and what Git says now.

    `typed`: a person wrote ours as text, so that its comments count as well.
    """

    key: ResourceKey
    base: Version | None
    ours: Version
    theirs: Version
    kind: Kind | None
    typed: bool = False

    @cached_property
    def merged(self) -> Merged:
        """The merge, in the words of `merge/`: there Git's side is the one that is kept."""
        base = self.base.value if self.base is not None else None
        return merge_values(base, self.theirs.value, self.ours.value, self.kind)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields in which the sides clash, as people write them."""
        return tuple(format_field_path(path) for path in self.merged.fields)


@dataclass(frozen=True, slots=True)
class Met:
    """What a meeting comes to. Without a `version` a person has to decide.

    `fields` are those in which the sides clash, whether or not a rule has decided them; `why` says
    what else keeps them apart.
    """

    version: Version | None
    fields: tuple[str, ...] = ()
    why: str = ''


def meet(meeting: Meeting, rule: ClashRule, limits: Limits) -> Met:
    """Joins both sides by the rule; LATER is for the caller to turn into OURS or THEIRS."""
    if rule is ClashRule.HOLD:
        return Met(None, differing_fields(meeting.theirs.value, meeting.ours.value))
    if meeting.merged.fields and rule not in (ClashRule.OURS, ClashRule.THEIRS):
        return Met(None, meeting.fields)
    return settle(meeting, lambda clash: _chosen(clash, rule), rule, limits)


def settle(
    meeting: Meeting, choose: Callable[[Clash], Value], rule: ClashRule, limits: Limits
) -> Met:
    """Joins both sides with `choose` deciding every clash; `rule` says whose comments stand."""
    fields = meeting.fields
    value = decided(meeting.merged, choose)
    carrier = _carrier(meeting, rule)
    if carrier is None:
        return Met(None, fields, 'its comments were changed on both sides')
    try:
        edited = edit_document(carrier, value, limits)
    except CannotEdit as error:
        return Met(None, fields, error.message)
    return Met(Version(edited.text, mapping(value), edited.level, edited.why), fields)


def _chosen(clash: Clash, rule: ClashRule) -> Value:
    return clash.theirs if rule is ClashRule.OURS else clash.ours


def _carrier(meeting: Meeting, rule: ClashRule) -> bytes | None:
    """The text that takes the merged meaning in: Git's, unless only ours has new comments."""
    ours, theirs = meeting.ours.text, meeting.theirs.text
    if not meeting.typed:
        return theirs
    before = _comments(meeting.base.text if meeting.base is not None else b'')
    if _comments(ours) == before:
        return theirs
    if _comments(theirs) == before or rule is ClashRule.OURS:
        return ours
    return theirs if rule is ClashRule.THEIRS else None


def _comments(text: bytes) -> Counter[bytes]:
    return Counter(comments(text))
