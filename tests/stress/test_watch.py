"""`watch` as a process: pieces, bursts, renames, bad files, other changes, servers and signals."""

import signal
from collections.abc import Callable, Iterator

import pytest

from ..engine.workshop import BASE, Workshop, vpc
from .watcher import Watcher

RAW = f'{BASE}/raw'
MANAGED = f'{BASE}/managed'


@pytest.fixture
def watching(lab: Workshop) -> Iterator[Callable[..., Watcher]]:
    started: list[Watcher] = []

    def start(*options: str, **more: float) -> Watcher:
        started.append(Watcher(lab, *options, **more))
        return started[-1]

    yield start
    for watcher in started:
        if watcher.process.poll() is None:
            watcher.stop(signal.SIGKILL)


def put(lab: Workshop, name: str, content: str) -> None:
    path = lab.clone / RAW / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def managed(lab: Workshop) -> list[str]:
    found = [path for path in lab.files() if path.startswith(f'{MANAGED}/vpcs/')]
    return [path.rpartition('/')[2] for path in found if not path.endswith('.gitkeep')]


def test_first_as_it_is_then_ingested(lab, watching):
    put(lab, 'early.yaml', vpc('vpc-0'))
    watcher = watching()
    assert watcher.until('watching')['files'] == [RAW]
    assert watcher.until('dropped')['files'] == [f'{RAW}/early.yaml']
    watcher.until('ingested')
    before = lab.head()
    put(lab, 'site/a.yaml', vpc('vpc-1'))
    dropped = watcher.until('dropped')
    ingested = watcher.until('ingested')
    assert lab.show(f'{RAW}/site/a.yaml', dropped['commit']) == vpc('vpc-1').encode()
    assert lab.git('rev-list', f'{before}..HEAD').split() == [
        ingested['commit'],
        dropped['commit'],
    ]
    assert ingested['counts']['ingested'] == 1 and managed(lab) == ['vpc-0.yaml', 'vpc-1.yaml']
    assert lab.status() == ''
    body = lab.git('log', '-2', '--format=%an %(trailers:key=Hedgehog-Operation,valueonly)')
    assert body.split() == ['Ada', 'Example', 'file_ingestion', 'Ada', 'Example', 'file_drop']
    count = lab.count()
    assert watcher.stop(signal.SIGINT) == 0
    assert watcher.events[-1] == {'event': 'stopped'} and lab.count() == count


def test_a_file_in_pieces_is_waited_for(lab, watching):
    watcher = watching(debounce=0.4)
    watcher.until('watching')
    text = vpc('vpc-1')
    with (lab.clone / RAW / 'a.yaml').open('w') as file:
        for start in range(0, len(text), 40):
            file.write(text[start : start + 40])
            file.flush()
            signal.sigtimedwait([], 0.05)
    assert lab.show(f'{RAW}/a.yaml', watcher.until('dropped')['commit']) == text.encode()
    watcher.until('ingested')
    assert [name for name in watcher.names() if name != 'watching'] == ['dropped', 'ingested']


def test_a_burst_is_one_drop_and_passing_files_are_nobodys(lab, watching):
    watcher = watching()
    watcher.until('watching')
    for number in range(200):
        put(lab, f'{number}.yaml', vpc(f'vpc-{number}'))
    for name in ('.a.yaml.Xy12Ab', '.b.yaml.swp', 'c.yaml~', '#d.yaml#', '.rsync-partial/e.yaml'):
        put(lab, name, vpc('passing'))
    put(lab, 'notes.txt', 'not for the cluster')
    assert watcher.until('left')['findings'][0]['code'] == 'NotYaml'
    dropped = [watcher.until('dropped')]
    while sum(len(event['files']) for event in dropped) < 200:
        dropped.append(watcher.until('dropped'))
    assert len(dropped) <= 2
    watcher.until('ingested')
    assert len(managed(lab)) == 200
    (lab.clone / RAW / '.a.yaml.Xy12Ab').rename(lab.clone / RAW / 'a.yaml')
    assert watcher.until('dropped')['files'] == [f'{RAW}/a.yaml']
    watcher.until('ingested')
    assert 'passing.yaml' in managed(lab) and len(lab.status().splitlines()) == 5


def test_bad_yaml_is_in_the_history_and_mended_in_place(lab, watching):
    watcher = watching()
    put(lab, 'bad.yaml', 'kind: [VPC\n')
    assert watcher.until('dropped')['files'] == [f'{RAW}/bad.yaml']
    held = watcher.until('ingested', lambda event: event['findings'])
    assert held['findings'][0]['code'] == 'YamlSyntax' and held['counts']['held'] == 1
    put(lab, 'bad.yaml', vpc('vpc-1'))
    assert watcher.until('dropped')['changes'][0]['action'] == 'update'
    watcher.until('ingested')
    put(lab, 'hopeless.yaml', 'a: [')
    watcher.until('dropped')
    (lab.clone / RAW / 'hopeless.yaml').unlink()
    assert watcher.until('dropped')['changes'][0]['action'] == 'delete'
    assert watcher.stop() == 0
    assert managed(lab) == ['vpc-1.yaml'] and lab.status() == ''


def test_changes_elsewhere_are_refused_until_they_are_gone(lab, watching):
    watcher = watching()
    watcher.until('watching')
    count = lab.count()
    (lab.clone / 'notes.txt').write_text('mine')
    put(lab, 'a.yaml', vpc('vpc-1'))
    told = watcher.until('refused')
    assert told['files'] == ['notes.txt'] and told['reason'] == 'WorkTreeDirty'
    assert lab.count() == count and (lab.clone / 'notes.txt').read_text() == 'mine'
    (lab.clone / 'notes.txt').unlink()
    watcher.until('ingested', lambda event: event['commit'])
    assert watcher.names().count('refused') == 1
    assert managed(lab) == ['vpc-1.yaml'] and lab.count() == count + 2


def test_pushed_and_tried_again_while_the_server_refuses(lab, watching):
    hook = lab.server / 'hooks' / 'pre-receive'
    hook.write_text('#!/bin/sh\necho "the branch is protected" >&2\nexit 1\n')
    hook.chmod(0o755)
    watcher = watching('--push')
    put(lab, 'a.yaml', vpc('vpc-1'))
    told = watcher.until('error')
    assert told['reason'] == 'PushDeclined' and told['retry_after'] >= 1
    assert (lab.clone / RAW / 'a.yaml').read_text() == vpc('vpc-1')
    hook.unlink()
    other = lab.folder / 'other'
    lab.git('clone', '--quiet', str(lab.server), str(other))
    (other / RAW / 'a.yaml').write_text(vpc('vpc-2'))
    lab.git('add', '.', cwd=other)
    lab.git('commit', '--quiet', '-m', 'theirs', cwd=other)
    lab.git('push', '--quiet', cwd=other)
    ingested = watcher.until('ingested', lambda _: managed(lab) == ['vpc-1.yaml', 'vpc-2.yaml'])
    assert ingested['pushed'] and lab.head() == lab.head(cwd=lab.server) == ingested['commit']
    assert watcher.stop() == 0 and lab.status() == ''
