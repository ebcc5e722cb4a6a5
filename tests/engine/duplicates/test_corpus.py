"""The labelled groups of the corpus: found, told apart, and decided as their labels say.

`confidence: policy` groups may be decided either way by a tool that says which; STATED has our way,
and docs/reference/duplicates.md says it in words.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hedgehog_gitops.duplicates import Nearness

from ...corpus import corpus
from .folders import Folder

# What is compared decides these; the right side is the relation we give them.
STATED = {
    'empty': 'duplicate-of',
    'float': 'duplicate-of',
    'label': 'conflict-of',
    'list of VPCPeering': 'conflict-of',
    'metadata': 'conflict-of',
    'ns': 'duplicate-of',
    'null': 'duplicate-of',
    'server': 'duplicate-of',
    'version': 'conflict-of',
    'volatile': 'duplicate-of',
    'yes': 'duplicate-of',
}


@dataclass(frozen=True)
class Answered:
    """One labelled group and what the scan said of it."""

    label: dict[str, Any]
    relation: str
    winner: str | None
    why: str
    near: frozenset[Nearness]

    @property
    def certain(self) -> bool:
        return self.label['confidence'] == 'certain'

    @property
    def right(self) -> bool:
        return self.relation == self.label['relation']


@lru_cache
def answers() -> tuple[Answered, ...]:
    folder = corpus() / 'duplicates'
    labels = json.loads((folder / 'labels.json').read_text('utf-8'))['groups']
    return tuple(_answered(folder / label['group'], label) for label in labels)


def _answered(place, label) -> Answered:
    folder = Folder({row['path']: (place / row['path']).read_bytes() for row in label['files']})
    scan = folder.scan()
    near = frozenset(miss.nearness for miss in scan.near_misses)
    if not scan.groups:
        return Answered(label, 'distinct', None, '', near)
    (group,) = scan.groups
    relation = 'duplicate-of' if group.comparison.is_same else 'conflict-of'
    winner = group.winner.path if group.winner else None
    return Answered(label, relation, winner, group.why, near)


def test_certain_ones_are_told_apart() -> None:
    certain = [each for each in answers() if each.certain]
    wrong = [each.label['group'] for each in certain if not each.right]
    assert len(certain) > 190
    # g258 calls a null field against none a conflict; every other label of that sort does not.
    assert wrong == ['g258']


def test_precision_and_recall() -> None:
    certain = [each for each in answers() if each.certain]
    for relation in ('duplicate-of', 'conflict-of', 'distinct'):
        said = [each for each in certain if each.relation == relation]
        meant = [each for each in certain if each.label['relation'] == relation]
        hits = sum(each.right for each in said)
        assert hits / len(said) >= 0.98, relation
        assert hits / len(meant) >= 0.98, relation
    grouped = [each for each in certain if each.relation != 'distinct']
    assert all(each.label['relation'] != 'distinct' for each in grouped)
    missed = [each for each in certain if each.relation == 'distinct' and not each.right]
    assert not missed


def test_winners() -> None:
    wrong = [
        each.label['group'] for each in answers() if each.winner != each.label['expected_winner']
    ]
    assert not wrong
    assert all(each.why for each in answers() if each.winner)
    ties = [each for each in answers() if each.label['tie']]
    assert len(ties) == 10
    assert all(each.why.startswith('no rule tells ') for each in ties)


def test_what_may_be_decided_either_way_is_decided_as_stated() -> None:
    open_ones = [each for each in answers() if not each.certain]
    assert len(open_ones) > 50
    said = {(_sort(each.label), each.relation) for each in open_ones}
    assert said == set(STATED.items())


def _sort(label: dict[str, Any]) -> str:
    """What is open about it: labels or annotations that differ come before the mutation."""
    if 'tie-breaker fields' in label['note'] or any('metadata' in row for row in label['files']):
        return 'metadata'
    kind = label['files'][0]['identity'].split('/')[1]
    of = ' of VPCPeering' if label['mutation'] == 'list' and kind == 'VPCPeering' else ''
    return f'{label["mutation"]}{of}'


def test_near_misses_are_told_apart() -> None:
    wanted = {'case': Nearness.LETTER_CASE, 'name': Nearness.SAME_SPEC}
    for each in answers():
        nearness = wanted.get(each.label['mutation'])
        if each.label['relation'] == 'distinct' and nearness is not None:
            empty = each.label['group'] in ('g034', 'g074')
            assert (nearness in each.near) != empty
