"""The labelled groups of the corpus: found, told apart, and decided as their labels say.

`confidence: policy` groups may be decided either way by a tool that says which; STATED has our way,
and docs/reference/duplicates.md says it in words.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
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

RELATIONS = ('duplicate-of', 'conflict-of', 'distinct')

# Labelled a conflict for a null field against none; five others of that sort are labelled
# duplicates, and to Kubernetes null is no value. No tool can be right about all six.
DISPUTED = 'g258'

TABLE = Path(__file__).parents[3] / 'docs/reference/duplicates.md'


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
    assert wrong == [DISPUTED]


def test_precision_and_recall() -> None:
    certain = [each for each in answers() if each.certain]
    agreed = [each for each in certain if each.label['group'] != DISPUTED]
    assert len(agreed) == len(certain) - 1
    for relation in RELATIONS:
        assert min(precision_and_recall(agreed, relation)) >= 0.99, relation
    grouped = [each for each in certain if each.relation != 'distinct']
    assert all(each.label['relation'] != 'distinct' for each in grouped)
    missed = [each for each in certain if each.relation == 'distinct' and not each.right]
    assert not missed


def precision_and_recall(some: Sequence[Answered], relation: str) -> tuple[float, float]:
    said = [each for each in some if each.relation == relation]
    meant = [each for each in some if each.label['relation'] == relation]
    hits = sum(each.right for each in said)
    return hits / len(said), hits / len(meant)


def test_the_figures_of_the_documentation_are_these() -> None:
    certain = [each for each in answers() if each.certain]
    table = TABLE.read_text('utf-8')
    for relation in RELATIONS:
        meant = sum(each.label['relation'] == relation for each in certain)
        precision, recall = precision_and_recall(certain, relation)
        assert f'| `{relation}` | {meant} | {precision:.1%} | {recall:.1%} |' in table


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
