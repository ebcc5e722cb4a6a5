"""Groups told to people and programs: as JSON that can be read back, and in sentences.

Called by the command line and by the plugin.
"""

from collections.abc import Mapping
from typing import Any

from ..identity import BlobId, Digest, RepoPath, ResourceKey
from ..kinds import Disposition
from .groups import (
    Area,
    Comparison,
    Copy,
    DuplicateGroup,
    NearMiss,
    Nearness,
    Ranked,
    Wait,
)
from .policy import Action
from .spots import Spot

__all__ = [
    'group_as_json',
    'group_from_json',
    'group_line',
    'near_miss_as_json',
    'near_miss_from_json',
    'near_miss_line',
]

_NEAR = {
    Nearness.SAME_SPEC: 'the same content under several names',
    Nearness.LETTER_CASE: 'names that differ in upper and lower case only',
    Nearness.SAME_BYTES: 'the same text, without an identity',
}
# Differing fields a sentence names.
_NAMED = 3
_COMPARED = {
    Comparison.IDENTICAL: 'the same bytes',
    Comparison.SAME_MEANING: 'the same meaning',
    Comparison.SUBSET: 'one is a part of the other',
    Comparison.CONFLICTING: 'different content',
}


def group_as_json(group: DuplicateGroup) -> dict[str, Any]:
    """One of the `groups` that `--json` prints."""
    winner = group.winner
    return {
        'id': group.id,
        'state': group.state,
        'identity': str(group.key),
        'relation': 'duplicate' if group.comparison.is_same else 'conflict',
        'comparison': str(group.comparison),
        'files': [_copy_as_json(each) for each in group.copies],
        'winner': winner.path if winner else None,
        'winner_document': winner.document if winner else None,
        'winner_item': winner.item if winner else None,
        'rule': group.rule or None,
        'why': group.why,
        'waits': str(group.wait) if group.wait else None,
        'fields': list(group.fields),
        'settled': group.settled,
    }


def group_from_json(row: Mapping[str, Any]) -> DuplicateGroup:
    """The opposite of `group_as_json`; KeyError or ValueError for other data."""
    key = ResourceKey.parse(row['identity'])
    winner = None
    if row['winner'] is not None:
        winner = Spot(RepoPath(row['winner']), row['winner_document'], row['winner_item'])
    return DuplicateGroup(
        key,
        Comparison(row['comparison']),
        tuple(_copy_from_json(key, each) for each in row['files']),
        winner,
        row['rule'] or '',
        row['why'],
        Wait(row['waits']) if row['waits'] else None,
        tuple(row['fields']),
        row['settled'],
    )


def near_miss_as_json(near: NearMiss) -> dict[str, Any]:
    """What nearly is a group."""
    return {
        'nearness': str(near.nearness),
        'message': near_miss_line(near),
        'files': [
            {
                'path': spot.path,
                'document': spot.document,
                'item': spot.item,
                'identity': name or None,
            }
            for spot, name in near.places
        ],
    }


def near_miss_from_json(row: Mapping[str, Any]) -> NearMiss:
    """The opposite of `near_miss_as_json`."""
    return NearMiss(
        Nearness(row['nearness']),
        tuple(
            (Spot(RepoPath(f['path']), f['document'], f['item']), f['identity'] or '')
            for f in row['files']
        ),
    )


def near_miss_line(near: NearMiss) -> str:
    """What is alike, in words."""
    return _NEAR[near.nearness]


def group_line(group: DuplicateGroup) -> str:
    """One sentence about a group."""
    about = f'{group.key}: {_COMPARED[group.comparison]} in {len(group.copies)} places'
    if group.fields:
        more = f' and {len(group.fields) - _NAMED} more' if len(group.fields) > _NAMED else ''
        about = f'{about} ({", ".join(group.fields[:_NAMED])}{more})'
    if group.settled:
        return f'{about}; marked, and left so'
    if group.winner is None:
        return f'{about}; a person must choose: {group.why}'
    said = f'{about}; {group.winner} {group.why}'
    return f'{said}; left to a person ({group.wait})' if group.wait else said


def _copy_as_json(each: Ranked) -> dict[str, Any]:
    copy = each.copy
    return {
        'path': copy.spot.path,
        'document': copy.spot.document,
        'item': copy.spot.item,
        'identity': str(copy.key),
        'line': copy.line,
        'area': str(copy.area),
        'disposition': str(copy.disposition),
        'api_version': copy.api_version,
        'blob': copy.blob,
        'file_hash': copy.file_hash,
        'text': copy.text,
        'meaning': copy.meaning,
        'marks': sorted(copy.marks),
        'annotated': copy.annotated,
        'marked': copy.marked,
        'depth': copy.depth,
        'waits': copy.waits,
        'own': copy.own,
        'score': each.score,
        'rule': each.rule or None,
        'why': each.why,
        'action': str(each.action),
    }


def _copy_from_json(key: ResourceKey, row: Mapping[str, Any]) -> Ranked:
    copy = Copy(
        key,
        Spot(RepoPath(row['path']), row['document'], row['item']),
        BlobId(row['blob']),
        row['line'],
        Area(row['area']),
        Disposition(row['disposition']),
        row['api_version'],
        row['file_hash'],
        Digest(row['text']),
        Digest(row['meaning']),
        frozenset(row['marks']),
        row['annotated'],
        row['marked'],
        row['depth'],
        row['waits'],
        row['own'],
    )
    return Ranked(copy, row['score'], row['rule'] or '', row['why'], Action(row['action']))
