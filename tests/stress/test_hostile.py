"""Hostile files through the real command: no traceback, no crash, little time and memory.

Each is checked and ingested in a repository of its own by a process of its own, which says itself
how much memory it needed at most, and how long it had the processor. The bounds are far above what
is used; that of time is relative, because machines differ and tests share them.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from hedgehog_gitops.documents import read

from ..corpus import CORPUS
from ..engine.workshop import BASE, Workshop

LARGE_DOCUMENTS = 40
MEGABYTES = 512
MIB = 2**20
PROGRAM = """
import atexit, resource, sys
place = sys.argv.pop(1)
def tell():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(each.ru_utime + each.ru_stime for each in used)
    open(place, 'w').write(f'{seconds} {max(each.ru_maxrss for each in used) / 1024}')
atexit.register(tell)
from hedgehog_gitops.cli import main
main()
"""


def laughs() -> str:
    """Merge keys that would double with every line."""
    lines = ['a0: &a0 {k0: 1}']
    lines += [f'a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: *a{n - 1}}}' for n in range(1, 40)]
    return '\n'.join(lines)


LARGE = 'a: [' + '{},' * 190_000 + ']\n'
MADE: dict[str, Callable[[], str]] = {
    'brackets': lambda: '[' * 100_000,
    'dashes': lambda: '- ' * 100_000,
    'questions': lambda: '? ' * 100_000,
    'braces': lambda: '{a: ' * 100_000,
    'nested-keys': lambda: ''.join(f'{" " * depth}a:\n' for depth in range(3_000)),
    'laughs': laughs,
    'quadratic': lambda: 'a: &a [' + 'x,' * 9_000 + ']\nb: [' + '*a,' * 9_000 + ']\n',
    'cycle': lambda: 'a: &a\n  b: *a\n',
    'anchors': lambda: 'a: [' + ','.join(f'&a{n} x' for n in range(150_000)) + ']\n',
    'many-keys': lambda: ''.join(f'k{n}: 1\n' for n in range(199_000)),
    'many-values': lambda: 'a: [' + 'x,' * 5_000_000 + ']\n',
    'scalar': lambda: 'a: "' + 'x' * (49 * MIB) + '"\n',
    'scalar-of-lines': lambda: 'a: ' + 'word\n  ' * 400_000 + '\n',
    'too-large': lambda: '# ' + 'x' * (50 * MIB),
    'long-key': lambda: '? ' + 'k' * MIB + '\n: 1\n',
    'digits': lambda: 'a: ' + '9' * 100_000 + '\n',
    'many-large-documents': lambda: f'{LARGE}---\n' * 88,
    'documents': lambda: '---\n' * 120_000,
    'comments': lambda: '#\n' * MIB,
    'python-tag': lambda: 'a: !!python/object/apply:os.system ["touch PWNED"]\n',
    'nul': lambda: 'a: \0\n',
}


@pytest.mark.parametrize('name', MADE)
def test_what_is_made_to_hurt(person: Workshop, tmp_path: Path, name: str) -> None:
    hold_out(person, tmp_path, MADE[name]().encode())


@pytest.mark.skipif(not CORPUS.is_dir(), reason='no corpus beside the checkout')
def test_the_hostile_files_of_the_corpus(person: Workshop, tmp_path: Path) -> None:
    files = sorted((CORPUS / 'hostile').glob('*.yaml'))
    assert len(files) > 15
    hold_out(person, tmp_path, *(file.read_bytes() for file in files))


def hold_out(person: Workshop, folder: Path, *texts: bytes) -> None:
    """Checks and ingests the texts, and looks for their bytes afterwards."""
    assert ran(person, folder, 'init', '--fabric', 'Lab')['ok']
    raw = {f'{BASE}/raw/f{n}.yaml': text for n, text in enumerate(texts)}
    person.commit({**raw, f'{BASE}/raw/good.yaml': GOOD})
    checked = ran(person, folder, 'check', '--fabric-dir', BASE)
    assert all(finding['message'] for finding in checked['findings'])
    ran(person, folder, 'ingest', '--fabric-dir', BASE)
    assert f'{BASE}/managed/servers/good.yaml' in person.files()
    kept = {person.git('hash-object', '--stdin', data=text).strip() for text in texts}
    known = person.git('cat-file', '--batch-all-objects', '--batch-check=%(objectname)')
    assert kept <= set(known.split())
    assert not (person.clone / 'PWNED').exists()


def ran(person: Workshop, folder: Path, verb: str, *options: str) -> dict[str, object]:
    """The answer of one run that kept within its bounds."""
    out, err = folder / 'out', folder / 'err'
    with tempfile.NamedTemporaryFile('r') as told, out.open('wb') as stdout, err.open('wb') as bad:
        program = [sys.executable, '-c', PROGRAM, told.name, verb, str(person.clone)]
        child = os.posix_spawn(
            sys.executable,
            [*program, *options, '--json'],
            {**os.environ, **person.environment},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, stdout.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, bad.fileno(), 2),
            ],
        )
        _, status = os.waitpid(child, 0)
        seconds, megabytes = map(float, told.read().split())
    assert os.waitstatus_to_exitcode(status) in (0, 1, 3), err.read_text()
    assert 'Traceback' not in err.read_text()
    assert seconds < LARGE_DOCUMENTS * seconds_of_a_large_document() and megabytes < MEGABYTES
    answer: dict[str, object] = json.loads(out.read_text())
    return answer


@cache
def seconds_of_a_large_document() -> float:
    """How long this machine takes to read as many values as one document may have."""
    begun = time.process_time()
    assert read(LARGE.encode()).documents[0].good
    return time.process_time() - begun


GOOD = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: good
spec: {}
"""
