"""A messy repository, and the corpus's real ones: most is settled, and nothing wrongly."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from hedgehog_gitops.documents import read
from hedgehog_gitops.duplicates import DEFAULT_POLICY, Action, Policy
from hedgehog_gitops.kinds import identify
from hedgehog_gitops.workflows import Settlement

from ...bench.fabric import document
from ...corpus import corpus
from ...mess import Mess, mess_of
from .folders import Folder

pytestmark = pytest.mark.slow

FOLDERS = ('connections', 'servers', 'vpcs', 'vpcattachments')
NO_LIMITS = Policy(
    'wide',
    DEFAULT_POLICY.option_set,
    DEFAULT_POLICY.rules,
    max_deletions=10_000,
    max_moves=10_000,
)


def managed(count: int) -> dict[str, bytes]:
    return {
        f'{FOLDERS[number % 4]}/object-{number:05d}.yaml': document(number).encode()
        for number in range(count)
    }


def objects(files: dict[str, bytes]) -> Counter[str]:
    """How often each object is described outside .hnp/, read without the code under test."""
    found: Counter[str] = Counter()
    for path, data in files.items():
        if not path.startswith('.hnp/') and path.endswith(('.yaml', '.yml', '.json')):
            for one in read(data).documents:
                key = identify(one.value).key if one.good else None
                if key is not None:
                    found[str(key)] += 1
    return found


def settled_share(mess: Mess, folder: Folder, settlement: Settlement) -> float:
    """The share of the groups a person is not asked about; each of those must be right."""
    for group in settlement.settled:
        winner = group.order.winner.spot.path
        assert winner == mess.winners[str(group.order.group.key)]
    after = objects({p: d for p, d in folder.files().items() if not p.startswith('unmanaged/')})
    for group in settlement.settled:
        assert after[str(group.order.group.key)] == 1
    assert after.keys() == objects(mess.files).keys()
    return len(settlement.settled) / len(mess.winners)


@pytest.mark.parametrize('seed', [1, 2, 3])
@pytest.mark.parametrize('action', [None, Action.COMMENT, Action.MOVE])
def test_nine_in_ten_groups_need_no_person(seed: int, action: Action | None) -> None:
    mess = mess_of(managed(250), seed, 0.7)
    folder = Folder(mess.files)
    scan = folder.scan()
    assert {str(group.key) for group in scan.groups} == mess.winners.keys()
    settlement = folder.settle(policy=NO_LIMITS, action=action)
    # JSON cannot hold comments, so these files are refused and told.
    assert settled_share(mess, folder, settlement) > (0.85 if action is Action.COMMENT else 0.9)
    left = {str(each.group.key): each.reason for each in settlement.left}
    for key, winner in mess.winners.items():
        if winner is None:
            assert left[key] in ('DuplicateTied', 'DuplicateUnmanaged')
        elif key in left:
            assert left[key] == 'CannotRewrite'


def test_the_usual_limits_are_kept_and_the_next_run_goes_on() -> None:
    mess = mess_of(managed(400), 1, 0.95)
    folder = Folder(mess.files)
    first = folder.settle()
    assert sum(each.reason == 'SettlementLimit' for each in first.left) > 50
    moved = [each for group in first.settled for each in group.becomes]
    assert sum(each.action is Action.ARCHIVE for each in moved) <= DEFAULT_POLICY.max_moves
    for _ in range(6):
        folder.settle()
    assert not any(each.reason == 'SettlementLimit' for each in folder.settle().left)


REAL = {
    'demo-gitops-2024-alpha': ('', 5, {'tie'}),
    'flux2-kustomize-helm-example': ('', 5, {'composed', 'foreign'}),
    'gitops-test-1-older': ('gitops/hedgehog/fabric-1', 0, set()),
    'home-ops-snapshot': ('', 1, {'tie', 'composed'}),
    'hoss-yaml': ('', 0, set()),
}


@pytest.mark.parametrize('name', REAL)
def test_real_repositories_lose_nothing(name: str, tmp_path: Path) -> None:
    """Their duplicates are environments, layers and other clusters: all are for a person."""
    bundle = corpus() / 'repos' / f'{name}.bundle'
    subprocess.run(['git', 'clone', '-q', str(bundle), str(tmp_path / 'r')], check=True)
    below, groups, waits = REAL[name]
    top = tmp_path / 'r' / below
    files = {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in top.rglob('*')
        if path.is_file() and not path.is_symlink() and '.git' not in path.parts
    }
    folder = Folder(files)
    scan = folder.scan()
    assert len(scan.groups) == groups
    assert {str(group.wait) for group in scan.groups} <= waits
    assert folder.settle().plan.is_empty
