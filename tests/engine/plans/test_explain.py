"""Plans told to people and programs."""

import json
import random
import subprocess
from pathlib import Path

import pytest

from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import CommitId, RepoPath, ResourceKey
from hedgehog_gitops.layout import Snapshot
from hedgehog_gitops.plans import (
    Change,
    Conflict,
    ConflictKind,
    Delete,
    Move,
    OperationKind,
    Plan,
    Side,
    Write,
    as_diff,
    as_json,
    commit_message,
)

from ..ingest.trees import blob_id, snapshot_of

KEY = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'a')


def plan_of(*changes: Change, **more: object) -> Plan:
    return Plan(OperationKind.INGESTION, None, 'Do something', changes, **more)  # type: ignore[arg-type]


def rewritten(old: bytes, new: bytes) -> tuple[Plan, Snapshot]:
    path = RepoPath('a.txt')
    return plan_of(Write(path, new, 'why', blob_id(old))), snapshot_of({path: old})


def test_a_change_with_its_surroundings() -> None:
    old = b''.join(b'line %d\n' % number for number in range(20))
    plan, snapshot = rewritten(old, old.replace(b'line 10\n', b'line ten\n'))
    assert as_diff(plan, snapshot).splitlines() == [
        '--- a/a.txt',
        '+++ b/a.txt',
        '@@ -8,7 +8,7 @@',
        *(f' line {number}' for number in (7, 8, 9)),
        '-line 10',
        '+line ten',
        *(f' line {number}' for number in (11, 12, 13)),
    ]


@pytest.mark.parametrize('seed', range(12))
def test_git_can_apply_a_diff(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    lines = [b'%d\n' % dice.randrange(5) for _ in range(dice.randrange(1, 60))]
    new = list(lines)
    for _ in range(dice.randrange(1, 6)):
        place = dice.randrange(len(new) + 1)
        new[place : place + dice.randrange(3)] = [b'x%d\n' % dice.randrange(9)] * dice.randrange(3)
    old_text, new_text = b''.join(lines), b''.join(new)
    if dice.random() < 0.3:
        new_text = new_text.rstrip(b'\n') + b'!'
    plan, snapshot = rewritten(old_text, new_text)
    (tmp_path / 'a.txt').write_bytes(old_text)
    diff = as_diff(plan, snapshot)
    if new_text != old_text and new_text:
        subprocess.run(
            ['git', 'apply', '--unidiff-zero', '-'], cwd=tmp_path, input=diff.encode(), check=True
        )
        assert (tmp_path / 'a.txt').read_bytes() == new_text


def test_new_moved_and_removed_files() -> None:
    old = b'gone\n'
    plan = plan_of(
        Write(RepoPath('new'), b'text', 'why'),
        Move(RepoPath('from'), RepoPath('to'), blob_id(b''), 'why'),
        Delete(RepoPath('old'), blob_id(old), 'why'),
    )
    assert as_diff(plan, snapshot_of({RepoPath('old'): old})).splitlines() == [
        '--- /dev/null',
        '+++ b/new',
        '@@ -0,0 +1 @@',
        '+text',
        '\\ No newline at end of file',
        'rename from from',
        'rename to to',
        '--- a/old',
        '+++ /dev/null',
        '@@ -1 +0,0 @@',
        '-gone',
    ]


def test_content_that_was_not_loaded_is_not_invented() -> None:
    plan = plan_of(Write(RepoPath('a'), b'12345', 'why', blob_id(b'unknown')))
    assert 'was not read' in as_diff(plan, snapshot_of({}))


def test_bytes_that_are_no_text_can_be_shown() -> None:
    name = RepoPath(b'\xff'.decode('utf-8', 'surrogateescape'))
    plan = plan_of(Write(name, b'\xff\r\n', 'why'))
    as_diff(plan, snapshot_of({})).encode()
    commit_message(plan).encode()


def test_the_commit_message() -> None:
    changes = [Write(RepoPath(f'f{number}'), b'', 'why') for number in range(30)]
    message = commit_message(plan_of(*changes, counts={'seen': 30}, body=('Because.',)))
    subject, empty, *rest = message.splitlines()
    assert (subject, empty) == ('Do something', '')
    assert 'Because.' in rest
    assert 'seen: 30' in rest
    assert 'create f0' in rest
    assert rest[-1] == '... and 10 more'
    long = Plan(OperationKind.EDIT, None, 'x' * 100)
    assert len(commit_message(long).splitlines()[0]) == 72


def test_json_has_the_shape_of_the_command_line() -> None:
    finding = Finding(Severity.ERROR, 'Code', 'text', RepoPath('a'), 0, 1, 2, KEY)
    side = Side(b'a', {}, RepoPath('a'))
    conflict = Conflict(ConflictKind.DUPLICATE_IDENTITY, KEY, 'why', None, side, side, ('spec.a',))
    change = Move(RepoPath('a'), RepoPath('b'), blob_id(b''), 'why', resource=KEY)
    plan = plan_of(change, findings=(finding,), conflicts=(conflict,), counts={'seen': 1})
    answer = json.loads(json.dumps(as_json(plan, CommitId('c'))))
    assert set(answer) == {'ok', 'commit', 'changes', 'findings', 'conflicts', 'counts'}
    assert (answer['ok'], answer['commit']) == (False, 'c')
    assert answer['changes'][0] == {
        'action': 'move',
        'path': 'b',
        'from': 'a',
        'resource': str(KEY),
        'reason': 'why',
    }
    assert set(answer['findings'][0]) == {
        'severity',
        'code',
        'message',
        'file',
        'document',
        'line',
        'column',
        'resource',
        'field',
        'suggestion',
    }
    assert answer['conflicts'][0]['type'] == 'duplicate_identity'
    assert as_json(plan_of(), None)['ok'] is True
