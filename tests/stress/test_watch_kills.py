"""A watcher that is killed, doubled or disturbed: nothing is lost, one managed file per object."""

import random
import time

from ..engine.workshop import BASE, vpc
from .test_watch import RAW, managed, put, watching

__all__ = ['watching']


def texts_in_history(lab) -> set[bytes]:
    """Every version of every file that ever was below raw/."""
    listed = lab.git('log', '--format=', '--raw', '--no-renames', '--no-abbrev', '--', RAW)
    blobs = {line.split()[3] for line in listed.splitlines()} - {'0' * 40}
    return {lab.git('cat-file', 'blob', blob).encode() for blob in blobs}


def test_killed_at_any_moment_a_restart_converges(lab, watching):
    chance = random.Random(7)
    written = []
    for step in range(3):
        watcher = watching()
        watcher.until('watching')
        for number in range(40):
            written.append(vpc(f'vpc-{step}-{number}'))
            put(lab, f'{step}/{number}.yaml', written[-1])
        if step != 1:
            watcher.until('dropped')
        time.sleep(chance.uniform(0, 0.2))
        watcher.process.kill()
        watcher.process.wait()
    last = watching('--once')
    assert last.process.wait(timeout=60) == 0
    assert len(managed(lab)) == len(written) == len(set(managed(lab)))
    assert texts_in_history(lab) >= {text.encode() for text in written}
    assert lab.status() == ''
    lab.git('fsck', '--strict')


def test_changed_again_while_it_is_ingested(lab, watching):
    watcher = watching()
    watcher.until('watching')
    written = []
    for number in range(5):
        written.append(vpc('vpc-1', 1000 + number))
        put(lab, 'a.yaml', written[-1])
        watcher.until('dropped') if number % 3 == 0 else time.sleep(0.12)
    watcher.until(
        'ingested', lambda _: b'vlan: 1004' in lab.show(f'{BASE}/managed/vpcs/vpc-1.yaml')
    )
    assert watcher.stop() == 0
    assert managed(lab) == ['vpc-1.yaml'] and lab.status() == ''
    assert written[-1].encode() in texts_in_history(lab)


def test_two_watchers_share_the_work(lab, watching):
    one, other = watching(), watching()
    one.until('watching')
    other.until('watching')
    for number in range(30):
        put(lab, f'{number}.yaml', vpc(f'vpc-{number}'))
    end = time.monotonic() + 30
    while len(managed(lab)) < 30 and time.monotonic() < end:
        time.sleep(0.1)
    assert one.stop() == other.stop() == 0
    assert len(managed(lab)) == 30 and lab.status() == ''
    taken = [len(e['files']) for w in (one, other) for e in w.events if e['event'] == 'dropped']
    assert sum(taken) == 30


def test_a_merge_in_progress_is_not_ended_by_a_drop(lab, watching):
    lab.git('switch', '--quiet', '-c', 'side')
    lab.commit({'side.txt': 'x'})
    lab.git('switch', '--quiet', 'main')
    lab.git('merge', '--quiet', '--no-ff', '--no-commit', 'side')
    head = lab.head()
    watcher = watching()
    put(lab, 'a.yaml', vpc('vpc-1'))
    assert watcher.until('error')['reason'] == 'MergeInProgress'
    assert lab.head() == head
    lab.git('commit', '--quiet', '-m', 'merged')
    watcher.until('ingested', lambda event: event['commit'])
    assert managed(lab) == ['vpc-1.yaml']


def test_once_ends_by_itself(lab, watching):
    (lab.clone / 'notes.txt').write_text('mine')
    put(lab, 'a.yaml', vpc('vpc-1'))
    watcher = watching('--once')
    watcher.until('stopped')
    assert watcher.process.wait(timeout=30) == 2 and 'refused' in watcher.names()
    (lab.clone / 'notes.txt').unlink()
    watcher = watching('--once')
    watcher.until('stopped')
    assert watcher.process.wait(timeout=30) == 0 and managed(lab) == ['vpc-1.yaml']


def test_polling_sees_what_comes(lab, watching):
    watcher = watching('--poll')
    watcher.until('watching')
    put(lab, 'deep/er/a.yaml', vpc('vpc-1'))
    watcher.until('dropped')
    watcher.until('ingested')
    assert managed(lab) == ['vpc-1.yaml'] and watcher.stop() == 0


def test_links_are_not_gone_through(lab, watching):
    (lab.clone / RAW / 'round').symlink_to('..')
    lab.git('add', RAW)
    lab.git('commit', '--quiet', '-m', 'a link')
    watcher = watching()
    watcher.until('watching')
    put(lab, 'a.yaml', vpc('vpc-1'))
    assert watcher.until('dropped')['files'] == [f'{RAW}/a.yaml']
    assert watcher.stop() == 0


def test_a_bare_repository_has_no_folder_to_watch(lab, command):
    ran = command('watch', '--json', repo=lab.server)
    assert ran.status == 2 and ran.json['error']['reason'] == 'NoWorkTree'
    ran = command('watch', '--json', fabric='elsewhere')
    assert ran.status == 2 and ran.json['error']['reason'] == 'FabricMissing'
