"""What a decision would make of a conflict: shown before it is taken, and carried out from here.

The page and the API ask `preview`; `resolve.py` acts on it. Nothing is written here.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from hedgehog_gitops.documents import Value, format_field_path, read, same
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.kinds import Catalogue
from hedgehog_gitops.merge import Clash
from hedgehog_gitops.plans import ClashRule, later_side
from hedgehog_gitops.workflows.meeting import Meeting, Version, settle

from ..choices import ConflictStrategyChoices as Strategy
from ..choices import ConflictTypeChoices, OutboxStateChoices, ResolutionStatusChoices
from ..models import ConflictResolution, HedgehogFabric, OutboxEntry
from .drafts import first_good, identity_of
from .own_kinds import known_kinds
from .settings import reading_limits

__all__ = [
    'SIDES',
    'Decision',
    'NeedsPerson',
    'Preview',
    'clash_values',
    'clashing_fields',
    'decidable',
    'decided_before',
    'decided_in_files',
    'meeting_of',
    'outcome',
    'preview',
    'seen_token',
    'typed_value',
    'values_of',
    'waiting_entries',
    'waiting_objects',
]

# How many earlier conflicts are looked at for what was chosen in them.
PAST = 1000

_NUMBER = re.compile(r'\[\d+\]')

# What a decision about one field may say, in REST's words; `github_value` is the mission's.
SIDES = ('gui_value', 'git_value', 'github_value', 'base_value', 'merge_both')

# What only a change of the files themselves ends.
_FILES_DECIDE = {
    ConflictTypeChoices.DUPLICATE_IDENTITY: 'Remove all but one of the files that describe it.',
    ConflictTypeChoices.HISTORY_REWRITTEN: 'Initialise the fabric again to follow the branch.',
    ConflictTypeChoices.MERGE_CONFLICT: 'Merge the branch again and say which side is right.',
    ConflictTypeChoices.DETECTION_ERROR: 'Correct what the error names, then synchronise.',
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person or a caller says about a conflict.

    `fields` maps the path of a clashing field to one of SIDES or to `{'value': ...}`; it counts for
    the strategy user_decision only.
    """

    strategy: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ''


@dataclass(frozen=True, slots=True)
class Preview:
    """What the object would say: its text and value, both None where it would be gone.

    `takes_git`: that is what Git says already, so nothing has to be committed.
    """

    text: str | None
    value: dict[str, Any] | None
    takes_git: bool


def seen_token(conflict: ConflictResolution) -> str:
    """Returns a mark of both sides: a decision counts for the versions it was made about."""
    sides = [(state or {}).get('text') for state in (conflict.git_state, conflict.gui_state)]
    return hashlib.sha256(repr(sides).encode()).hexdigest()[:20]


def decidable(conflict: ConflictResolution) -> str:
    """Returns why this conflict cannot be decided on its page; empty when it can."""
    if why := decided_in_files(conflict):
        return why
    if not waiting_entries(conflict).exists():
        return 'Make the files in Git say the same; the next synchronisation ends it.'
    return ''


def decided_in_files(conflict: ConflictResolution) -> str:
    """Returns why only files can end this conflict, whatever waits; empty where that is not so."""
    if conflict.conflict_type in _FILES_DECIDE:
        return _FILES_DECIDE[conflict.conflict_type]
    return '' if conflict.resource_key else 'It is not about an object.'


def waiting_objects(fabric: HedgehogFabric) -> set[ResourceKey]:
    """Returns the objects of the fabric with edits that wait for a decision, by one query."""
    waiting = OutboxEntry.objects.filter(fabric=fabric, state=OutboxStateChoices.CONFLICT)
    named = waiting.values_list('api_group', 'kind', 'namespace', 'name')
    return {ResourceKey(*names) for names in named.distinct()}


def waiting_entries(conflict: ConflictResolution) -> QuerySet[OutboxEntry]:
    """Returns the edits that wait for a decision about this conflict, oldest first."""
    key = ResourceKey.parse(conflict.resource_key)
    return OutboxEntry.objects.filter(
        fabric=conflict.fabric,
        state=OutboxStateChoices.CONFLICT,
        **identity_of(key),
    ).order_by('created', 'pk')


def clashing_fields(conflict: ConflictResolution) -> tuple[str, ...]:
    """Returns the fields somebody has to decide; none where one side removed the object."""
    meeting = _meeting(conflict)
    return meeting.fields if meeting is not None else ()


def decided_before(conflict: ConflictResolution) -> list[tuple[str, int]]:
    """Returns how often which strategy was chosen for the same kind and a field of the same name.

    The most frequent comes first; places in lists do not count.
    """
    if not conflict.resource_key:
        return []
    key = ResourceKey.parse(conflict.resource_key)
    fields = {_NUMBER.sub('', path) for path in conflict.conflicting_fields}
    past = ConflictResolution.objects.filter(
        resolution_status=ResolutionStatusChoices.RESOLVED,
        resource_key__startswith=f'{key.group}/{key.kind}/',
        conflict_type=conflict.conflict_type,
    ).exclude(resolution_strategy='')
    chosen = Counter(
        strategy
        for strategy, paths in past.order_by('-pk').values_list(
            'resolution_strategy', 'conflicting_fields'
        )[:PAST]
        if not fields or fields & {_NUMBER.sub('', path) for path in paths}
    )
    labels = dict(Strategy)
    return [(str(labels[strategy]), count) for strategy, count in chosen.most_common()]


def clash_values(conflict: ConflictResolution) -> list[tuple[str, dict[str, Value]]]:
    """Returns each clashing field with its value on every side, by REST's words; None: absent."""
    return values_of(_meeting(conflict))


def values_of(meeting: Meeting | None) -> list[tuple[str, dict[str, Value]]]:
    """The same of versions that have been read."""
    if meeting is None:
        return []
    return [
        (
            format_field_path(clash.path),
            {'base_value': clash.base, 'git_value': clash.ours, 'gui_value': clash.theirs},
        )
        for clash in meeting.merged.clashes
    ]


def typed_value(text: str) -> tuple[bool, Value]:
    """Reads one typed value as Kubernetes reads it: whether it is one, and what it is."""
    lines = text.strip('\n').splitlines()
    below = ''.join(f'\n  {line}' for line in lines) if len(lines) > 1 else f' {text.strip()}'
    documents = read(f'value:{below}\n'.encode(), reading_limits()).documents
    value = documents[0].value if len(documents) == 1 and documents[0].good else None
    if not isinstance(value, dict) or set(value) != {'value'}:
        return False, None
    return True, value['value']


def preview(conflict: ConflictResolution, decision: Decision) -> Preview:
    """Returns what the decision comes to; NeedsPerson says what is missing in it."""
    if why := decidable(conflict):
        raise NeedsPerson('DecidedInFiles', 'This conflict is not decided here.', hint=why)
    return outcome(conflict, _meeting(conflict), decision)


def outcome(conflict: ConflictResolution, meeting: Meeting | None, decision: Decision) -> Preview:
    """The same of a conflict that can be decided, once its versions have been read."""
    if meeting is None:
        return _whole(conflict, _winner(conflict, decision))
    rule, choose = _chooser(conflict, meeting, decision)
    met = settle(meeting, choose, rule, reading_limits())
    if met.version is None:
        raise NeedsPerson('TextCannotSayThis', f'This cannot be written into the text: {met.why}.')
    git = meeting.theirs
    unchanged = met.version.text == git.text or same(met.version.value, git.value)
    return Preview(met.version.text.decode(), met.version.value, unchanged)


def meeting_of(conflict: ConflictResolution, kinds: Catalogue) -> Meeting | None:
    """Returns the three versions; None where the object is gone on one side."""
    git, gui = _version(conflict.git_state), _version(conflict.gui_state)
    if git is None or gui is None:
        return None
    key = ResourceKey.parse(conflict.resource_key)
    typed = bool((conflict.provenance.get('gui') or {}).get('typed'))
    kind = kinds.find(key.group, key.kind)
    return Meeting(key, _version(conflict.base_state), gui, git, kind, typed)


def _meeting(conflict: ConflictResolution) -> Meeting | None:
    return meeting_of(conflict, known_kinds(conflict.fabric))


def _version(state: Mapping[str, Any] | None) -> Version | None:
    text = (state or {}).get('text')
    document = first_good(text) if text else None
    if document is None or not isinstance(document.value, dict):
        return None
    return Version(document.text, document.value)


def _whole(conflict: ConflictResolution, rule: ClashRule) -> Preview:
    version = _version(conflict.gui_state if rule is ClashRule.OURS else conflict.git_state)
    takes_git = rule is ClashRule.THEIRS
    if version is None:
        return Preview(None, None, takes_git)
    return Preview(version.text.decode(), version.value, takes_git)


def _winner(conflict: ConflictResolution, decision: Decision) -> ClashRule:
    """The side that is right as a whole, where there are no fields to choose between."""
    if decision.strategy == Strategy.USER_DECISION and decision.fields:
        words = set(decision.fields.values()) if _all_words(decision.fields) else set()
        if words == {'gui_value'}:
            return ClashRule.OURS
        if words and words <= {'git_value', 'github_value'}:
            return ClashRule.THEIRS
    rule = _SIMPLE.get(decision.strategy)
    if decision.strategy == Strategy.TIMESTAMP_WINS:
        rule = _later(conflict)
    if rule is None:
        raise NeedsPerson(
            'SideUndecided',
            'One side removed this object and the other one changed it.',
            hint='Say which side wins.',
        )
    return rule


def _chooser(conflict: ConflictResolution, meeting: Meeting, decision: Decision) -> tuple[Any, Any]:
    strategy = decision.strategy
    if strategy == Strategy.USER_DECISION:
        _check_fields(meeting, decision.fields)
        return ClashRule.THEIRS, partial(_decided, decision.fields)
    if strategy in (Strategy.MERGE_AUTOMATIC, Strategy.MERGE_MANUAL):
        if meeting.fields:
            raise NeedsPerson(
                'FieldsClash',
                f'Both sides changed {", ".join(meeting.fields)}.',
                hint='Say for each field which side wins.',
            )
        return ClashRule.MERGE, _theirs
    rule = _later(conflict) if strategy == Strategy.TIMESTAMP_WINS else _SIMPLE.get(strategy)
    if rule is None:
        raise NeedsPerson('StrategyUnknown', f'{strategy} decides nothing.')
    return rule, _ours if rule is ClashRule.OURS else _theirs


_SIMPLE = {Strategy.GUI_WINS: ClashRule.OURS, Strategy.GIT_WINS: ClashRule.THEIRS}


def _ours(clash: Clash) -> Value:
    return clash.theirs


def _theirs(clash: Clash) -> Value:
    return clash.ours


def _check_fields(meeting: Meeting, fields: Mapping[str, Any]) -> None:
    unknown = [path for path in fields if path not in meeting.fields]
    if unknown:
        raise NeedsPerson(
            'FieldUnknown',
            f'{", ".join(unknown)} is not in conflict.',
            hint=f'In conflict: {", ".join(meeting.fields) or "no field"}.',
        )
    if open_fields := [path for path in meeting.fields if path not in fields]:
        raise NeedsPerson(
            'FieldUndecided',
            f'Nothing is said about {", ".join(open_fields)}.',
            hint='Say for each field which side wins.',
        )


def _decided(fields: Mapping[str, Any], clash: Clash) -> Value:
    path = format_field_path(clash.path)
    match fields[path]:
        case 'gui_value':
            return clash.theirs
        case 'git_value' | 'github_value':
            return clash.ours
        case 'base_value':
            return clash.base
        case 'merge_both':
            return _both(path, clash)
        case {'value': value}:
            return value
    raise NeedsPerson(
        'DecisionUnknown',
        f'{fields[path]!r} says nothing about {path}.',
        hint=f'One of {", ".join(SIDES)}, or {{"value": ...}}.',
    )


def _both(path: str, clash: Clash) -> Value:
    """Git's items and NetBox's further ones; only lists have room for both."""
    if not isinstance(clash.ours, list) or not isinstance(clash.theirs, list):
        raise NeedsPerson('NotAList', f'{path} cannot hold the values of both sides.')
    further = [item for item in clash.theirs if not any(same(item, one) for one in clash.ours)]
    return [*clash.ours, *further]


def _all_words(fields: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) for value in fields.values())


def _later(conflict: ConflictResolution) -> ClashRule:
    gui, git = (_when(conflict.provenance.get(side)) for side in ('gui', 'git'))
    rule = later_side(gui, git)
    if rule is None:
        raise NeedsPerson('TimeUnknown', 'It is not known which side was changed later.')
    return rule


def _when(side: Mapping[str, Any] | None) -> datetime | None:
    text = (side or {}).get('when')
    return datetime.fromisoformat(text) if text else None
