"""Nothing of the machine it was written on is in the repository: no path, no registry, no key."""

import re
import stat

import pytest

from .tree import ROOT, files

# Put together from pieces, so that this file does not find itself.
HOMES = ('ro' + 'ot', 'ho' + 'me', 'Us' + 'ers', 'wo' + 'rk', 'fa' + 'rm')
HOSTS = ('py' + 'pi.org', 'python' + 'hosted.org', 'npm' + 'js.org', 'deb.deb' + 'ian.org')
PATTERN = re.compile(
    rf'(?<![\w.~*$}}>\])-])/({"|".join(HOMES)})/[\w.]' + '|' + '|'.join(map(re.escape, HOSTS))
)
KEY = re.compile('-----BEGIN [A-Z ]*PRIVATE ' + 'KEY-----')


def text_of(path: object) -> str:
    try:
        return path.read_text(encoding='utf-8')  # type: ignore[attr-defined]
    except UnicodeDecodeError:
        return ''


def test_no_path_and_no_registry_of_a_machine() -> None:
    found = [
        f'{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}'
        for path in files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if PATTERN.search(line)
    ]
    assert not found


@pytest.mark.parametrize('line', ['see /' + HOMES[0] + '/x', "'/" + HOMES[3] + "/main'", HOSTS[0]])
def test_such_a_line_is_seen(line: str) -> None:
    assert PATTERN.search(line)


@pytest.mark.parametrize('line', ['../' + HOMES[3] + '/x', 'a/' + HOMES[1] + '/b', '~/' + HOMES[3]])
def test_a_relative_path_is_none(line: str) -> None:
    assert not PATTERN.search(line)


def test_no_private_key() -> None:
    assert not [path for path in files() if KEY.search(text_of(path))]


def test_locks_name_versions_and_hashes_alone() -> None:
    for lock in (ROOT / 'requirements').glob('*.txt'):
        if lock.name != 'overrides.txt':
            assert not lines_of_no_lock(lock.read_text()), lock.name


def lines_of_no_lock(text: str) -> list[str]:
    """The lines which are neither `name==version`, nor a hash, nor a comment."""
    allowed = re.compile(
        r'[a-z0-9._-]+(\[[a-z,]+\])?==[\w.!+]+( ; [^\\]+)? \\'
        r'|    --hash=sha256:[0-9a-f]{64}( \\)?|#.*|'
    )
    return [line for line in text.splitlines() if not allowed.fullmatch(line)]


def test_an_address_in_a_lock_is_seen() -> None:
    assert lines_of_no_lock('--index-url https://example.com/simple\nx==1 \\\n')


@pytest.mark.parametrize('name', ['run', 'test', 'check', '.ci/run', 'dev/find-python'])
def test_commands_may_be_executed(name: str) -> None:
    assert (ROOT / name).stat().st_mode & stat.S_IXUSR
