"""Which paths, modes and names may be written into a repository. Pure.

Called by `commits.py` and `refs.py` before anything reaches git, whatever was checked earlier.
"""

from ..errors import NeedsPerson
from ..identity import RepoPath, why_unwritable

__all__ = ['FILE_MODES', 'check_branch', 'check_mode', 'check_path', 'check_ref']

FILE_MODES = ('100644', '100755')

_FORBIDDEN_IN_REF = frozenset(' ~^:?*[\\')


def check_path(path: RepoPath) -> RepoPath:
    """The path itself, or NeedsPerson('PathRefused') with what is wrong with it."""
    if wrong := why_unwritable(path):
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
