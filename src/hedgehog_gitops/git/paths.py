"""Which paths, modes and names may be written into a repository. Pure.

Called by `commits.py` and `refs.py` before anything reaches git, whatever was checked earlier.
"""

import re
from functools import lru_cache

from ..errors import NeedsPerson
from ..identity import RepoPath

__all__ = ['FILE_MODES', 'check_branch', 'check_mode', 'check_path', 'check_ref']

FILE_MODES = ('100644', '100755')

# Letters that Apple's file system ignores, so that `.g<letter>it` would be `.git` there.
_IGNORED = dict.fromkeys(
    [*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF]
)
_NEVER_IN_PATH = re.compile(r'[\x00-\x1f\x7f-\x9f\\]')
_FORBIDDEN_IN_REF = frozenset(' ~^:?*[\\')


def check_path(path: RepoPath) -> RepoPath:
    """The path itself, or NeedsPerson('PathRefused') with what is wrong with it."""
    if not path or path.startswith('/'):
        raise _refused(path, 'it must be relative to the root of the repository')
    if _NEVER_IN_PATH.search(path):
        raise _refused(path, 'it holds a backslash or a control character')
    if len(path.encode('utf-8', 'surrogateescape')) > 4096:
        raise _refused(path, 'it is longer than 4096 bytes')
    for segment in path.split('/'):
        if wrong := _wrong_with(segment):
            raise _refused(path, wrong)
    return path


def check_mode(path: RepoPath, mode: str) -> str:
    """The mode itself when it is a plain file's; links and submodules are refused."""
    if mode not in FILE_MODES:
        raise _refused(path, f'mode {mode} is neither a plain nor an executable file')
    return mode


def check_ref(ref: str) -> str:
    """The full ref name itself, or NeedsPerson('BranchNameRefused')."""
    if not ref.startswith('refs/'):
        raise _name_refused(ref)
    check_branch(ref.removeprefix('refs/'))
    return ref


def check_branch(name: str) -> str:
    """The branch name itself when git allows it, or NeedsPerson('BranchNameRefused')."""
    parts = name.split('/')
    wrong = (
        any(_is_control(letter) or letter in _FORBIDDEN_IN_REF for letter in name)
        or any(not part or part.startswith('.') or part.endswith('.lock') for part in parts)
        or name.startswith('-')
        or name.endswith('.')
        or '..' in name
        or '@{' in name
        or name == '@'
        or len(name) > 200
    )
    if wrong:
        raise _name_refused(name)
    return name


@lru_cache(1024)
def _wrong_with(segment: str) -> str:
    """What forbids one part of a path; most parts are folders that come thousands of times."""
    if segment in ('', '.', '..'):
        return 'it has an empty, `.` or `..` part'
    if len(segment.encode('utf-8', 'surrogateescape')) > 255:
        return 'one of its parts is longer than 255 bytes'
    if _like_dot_git(segment):
        return 'it would lie inside `.git` on some file system'
    return ''


def _like_dot_git(segment: str) -> bool:
    plain = segment.translate(_IGNORED).partition(':')[0].rstrip(' .').casefold()
    return plain == '.git' or (plain.startswith('git~') and plain[4:].isdecimal())


def _is_control(letter: str) -> bool:
    return letter < ' ' or '\x7f' <= letter <= '\x9f'


def _refused(path: str, why: str) -> NeedsPerson:
    shown = ascii(path)[1:-1]
    return NeedsPerson(
        'PathRefused',
        f'The path `{shown[:200]}` cannot be written: {why}.',
        hint='Give the file another name.',
    )


def _name_refused(name: str) -> NeedsPerson:
    return NeedsPerson(
        'BranchNameRefused',
        f'`{ascii(name)[1:-1][:200]}` is not a name Git allows for a branch.',
        hint='Use letters, digits, `-`, `_`, `.` and `/`, such as `main`.',
    )
