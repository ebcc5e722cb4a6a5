"""Settling, case by case: every folder of cases/ is a tree before and a tree after.

<case>/before/      the fabric's folder
<case>/expected/    all of it afterwards, but the archive log
<case>/case.json    `given`: fabric settings, policy, action, choices; and what comes of it:
                    `settled` {object: [winner, rule, {file: [action, path]}]}, `left`, `log`
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.duplicates import (
    OPTION_SETS,
    Action,
    Choice,
    OptionSet,
    Policy,
    Spot,
    policy_from_value,
)
from hedgehog_gitops.layout import ArchiveStrategy, read_log
from hedgehog_gitops.plans import as_diff, as_json, commit_message
from hedgehog_gitops.workflows import Settlement, snapshot_for_diff

from .folders import Folder, key

CASES = sorted(path.name for path in (Path(__file__).parent / 'cases').iterdir())
LOG = '.hnp/archive-log.yaml'


@pytest.mark.parametrize('name', CASES)
def test_case(name: str) -> None:
    place = Path(__file__).parent / 'cases' / name
    case = json.loads((place / 'case.json').read_text('utf-8'))
    folder, settlement = carried_out(place, case['given'])
    after = {path: data for path, data in folder.files().items() if path != LOG}
    assert after == files_below(place / 'expected')
    del case['given']
    assert summary(folder, settlement) == case
    commit_message(settlement.plan)
    json.dumps(as_json(settlement.plan, None))
    as_diff(settlement.plan, snapshot_for_diff(folder.store, settlement.plan))
    if not settlement.plan.is_empty:
        before = files_below(place / 'before')
        folder.undo()
        assert folder.files() == before


def test_there_are_cases() -> None:
    assert len(CASES) >= 20


def carried_out(place: Path, given: Mapping[str, Any]) -> tuple[Folder, Settlement]:
    strategy = ArchiveStrategy(given.get('archive_strategy', 'rename_with_extension'))
    folder = Folder(files_below(place / 'before'), archive_strategy=strategy)
    choices = [choice(row) for row in given.get('choices', ())]
    action = Action(given['action']) if 'action' in given else None
    policy = policy_of(given.get('policy'))
    return folder, folder.settle(*choices, action=action, policy=policy)


def policy_of(given: Any) -> Policy | None:
    if isinstance(given, str):
        return OPTION_SETS[OptionSet(given)]
    return policy_from_value(given)[0] if given else None


def choice(row: Mapping[str, Any]) -> Choice:
    kind, name = row['group'].split('/')
    actions = {Spot.parse(file): Action(word) for file, word in row.get('files', {}).items()}
    winner = Spot.parse(row['winner']) if 'winner' in row else None
    return Choice(key(name, kind), winner, None, actions)


def summary(folder: Folder, settlement: Settlement) -> dict[str, Any]:
    log = folder.files().get(LOG, b'')
    return {
        'settled': {
            f'{group.order.group.key.kind}/{group.order.group.key.name}': [
                str(group.order.winner.spot),
                group.order.rule,
                {str(each.spot): [str(each.action), each.path] for each in group.becomes[1:]},
            ]
            for group in settlement.settled
        },
        'left': [[each.group.key.name, each.reason] for each in settlement.left],
        'log': [
            [
                entry.original_file,
                entry.archived_to,
                [*entry.documents_created, *entry.documents_updated, *entry.documents_unmanaged],
                [[held.index, held.item] for held in entry.documents_held],
            ]
            for entry in read_log(log)
        ],
    }


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob('*'))
        if file.is_file()
    }
