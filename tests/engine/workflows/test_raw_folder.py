"""What a watcher takes in of a work tree, what it leaves and says so, and what it refuses."""

import os

import pytest

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.git import GitSettings, Sort, find_repository
from hedgehog_gitops.plans import Delete, OperationKind, Write
from hedgehog_gitops.workflows import WatchedFabric
from hedgehog_gitops.workflows.take_in import plan_taking_in

from ..workshop import BASE, LAB, OPERATION, Workshop

RAW = f'{BASE}/raw'


@pytest.fixture
def place(workshop: Workshop) -> WatchedFabric:
    workshop.commit({f'{RAW}/{name}': name for name in ('a.yaml', 'b.yaml', 'notes.txt', '.keep')})
    repository = find_repository(workshop.clone, GitSettings())
    return WatchedFabric(workshop.store, repository, BASE, Limits(file_bytes=1000))


def test_sorted_by_name_and_by_what_it_is(workshop: Workshop, place: WatchedFabric) -> None:
    raw = workshop.clone / RAW
    (raw / 'a.yaml').write_text('changed')
    (raw / 'b.yaml').unlink()
    (raw / 'notes.txt').write_text('tracked, so it follows')
    (raw / '.keep').unlink()
    (raw / 'deep').mkdir()
    (raw / 'deep' / 'ü.json').write_text('{}')
    (raw / 'large.yaml').write_text('x' * 1001)
    (raw / 'link.yaml').symlink_to('a.yaml')
    (raw / 'picture.png').write_text('')
    (raw / 'git~2').mkdir()
    (raw / 'git~2' / 'x.yaml').write_text('')
    (raw / os.fsdecode(b'\xff.yaml')).write_text('')
    for passing in ('.a.yaml.Xy12Ab', 'a.yaml~', '#a.yaml#', '.x.yaml.swp'):
        (raw / passing).write_text('half')
    (workshop.clone / 'mine').write_text('')
    found = place.look()
    assert [path.removeprefix(f'{RAW}/') for path in found.pending] == [
        '.keep',
        'a.yaml',
        'b.yaml',
        'deep/ü.json',
        'notes.txt',
    ]
    assert {finding.code for finding in found.left} == {
        'FileTooLarge',
        'SymbolicLink',
        'NotYaml',
        'PathRefused',
        'PathNotUtf8',
    }
    assert found.elsewhere == ['mine']


def test_only_what_is_still_as_it_was_seen_is_read(
    workshop: Workshop, place: WatchedFabric
) -> None:
    raw = workshop.clone / RAW
    (raw / 'a.yaml').write_text('one')
    (raw / 'b.yaml').unlink()
    seen = place.look().pending
    (raw / 'new.yaml').write_text('x')
    assert {path: file and file.data for path, file in place.read(seen).items()} == {
        f'{RAW}/a.yaml': b'one',
        f'{RAW}/b.yaml': None,
    }
    (raw / 'a.yaml').write_text('two and more')
    (raw / 'b.yaml').write_text('back')
    assert place.read(seen) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason='root reads everything')
def test_a_file_that_cannot_be_read_is_told(workshop: Workshop, place: WatchedFabric) -> None:
    (workshop.clone / RAW / 'a.yaml').write_text('secret')
    (workshop.clone / RAW / 'a.yaml').chmod(0)
    assert place.read(place.look().pending) == {}
    assert [finding.code for finding in place.look().left] == ['FileUnreadable']


def test_the_plan_says_just_what_was_done(workshop: Workshop, place: WatchedFabric) -> None:
    raw = workshop.clone / RAW
    (raw / 'a.yaml').chmod(0o755)
    (raw / 'b.yaml').unlink()
    (raw / 'new.yaml').write_bytes(b'\xff\r\n')
    seen = place.look().pending
    assert seen[f'{RAW}/b.yaml'].sort is Sort.ABSENT
    plan = plan_taking_in(workshop.store, place.head(), LAB, place.read(seen), OPERATION)
    mode, removed, new = plan.changes
    assert isinstance(mode, Write) and mode.mode == '100755' and mode.replaces is not None
    assert isinstance(removed, Delete) and removed.path == f'{RAW}/b.yaml'
    assert isinstance(new, Write) and new.content == b'\xff\r\n' and new.replaces is None
    assert plan.operation is OperationKind.DROP and plan.counts == {'taken in': 3}
    nothing = {change.path: None for change in (new,)}
    assert plan_taking_in(workshop.store, place.head(), LAB, nothing, OPERATION).is_empty
