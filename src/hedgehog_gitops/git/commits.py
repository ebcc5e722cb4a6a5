"""Makes a commit out of edits to a tree, without a working tree and without an index.

Called by `workflows/carry_out.py` through `GitStore.commit`. One fast-import stream makes one
commit, whatever the number of files. Everything that goes into the commit's name is given by the
caller, so the same edits on the same parent always make the same commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..errors import BranchMoved, EngineError, NeedsPerson
from ..identity import BlobId, CommitId, RepoPath
from .failures import last_words, local_failure
from .paths import check_mode, check_path, check_ref
from .process import Done, Git
from .trees import existing, folders_of, list_tree

__all__ = ['Authorship', 'ExistingBlob', 'Identity', 'NewBlob', 'TreeEdit', 'commit']


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or a program, as a commit names it."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who made a commit, when, and what else is to be known about it (`trailers`)."""

    author: Identity
    committer: Identity
    when: datetime
    trailers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ExistingBlob:
    """Puts a blob that the repository already has at a path: a move or a copy."""

    blob: BlobId
    mode: str = '100644'


@dataclass(frozen=True, slots=True)
class NewBlob:
    """Puts new bytes at a path."""

    content: bytes
    mode: str = '100644'


type TreeEdit = NewBlob | ExistingBlob | None


def commit(
    git: Git,
    parent: CommitId | None,
    edits: Mapping[RepoPath, TreeEdit],
    message: str,
    authorship: Authorship,
    ref: str,
    merged: Sequence[CommitId] = (),
) -> CommitId:
    """Writes one commit on top of `parent`, moves `ref` to it and says its name.

    `merged` are further parents: their histories are joined, their files only as `edits` say.

    A branch (`refs/heads/...`) only ever moves forward, else BranchMoved; any other ref is set.
    A path that names a folder today, or lies below a file, is refused: git would silently drop
    what stands there.
    """
    if not edits and not merged:
        raise ValueError('a commit needs at least one edit')
    if parent is not None:
        _refuse_shadowing(git, parent, edits)
    force = () if ref.startswith('refs/heads/') else ('--force',)
    done = git.feed(
        'fast-import',
        '--quiet',
        '--done',
        *force,
        pieces=_stream(
            (parent, *merged), edits, full_message(message, authorship), authorship, check_ref(ref)
        ),
    )
    if not done.good:
        _remove_crash_report(git)
        raise _failure(done, ref)
    return CommitId(done.output.decode('ascii').strip())


def _stream(
    parents: Sequence[CommitId | None],
    edits: Mapping[RepoPath, TreeEdit],
    message: bytes,
    authorship: Authorship,
    ref: str,
) -> Iterator[bytes]:
    yield f'commit {ref}\nmark :1\n'.encode()
    yield b'author ' + signature(authorship.author, authorship.when)
    yield b'committer ' + signature(authorship.committer, authorship.when)
    yield b'data %d\n%s\n' % (len(message), message)
    for word, parent in zip(('from', *('merge' for _ in parents)), parents, strict=False):
        if parent is not None:
            yield f'{word} {parent}\n'.encode()
    # Deletions first: a path may become a folder in the same commit.
    for path, edit in sorted(edits.items(), key=lambda pair: (pair[1] is not None, pair[0])):
        yield from _edit(path, edit)
    yield b'\nget-mark :1\ndone\n'


def _edit(path: RepoPath, edit: TreeEdit) -> Iterator[bytes]:
    match edit:
        case None:
            yield b'D ' + _quoted(path) + b'\n'
        case ExistingBlob(blob, mode):
            yield f'M {check_mode(path, mode)} {blob} '.encode() + _quoted(check_path(path)) + b'\n'
        case NewBlob(content, mode):
            yield f'M {check_mode(path, mode)} inline '.encode() + _quoted(check_path(path))
            yield b'\ndata %d\n' % len(content)
            yield content
            yield b'\n'


def _quoted(path: RepoPath) -> bytes:
    raw = path.encode('utf-8', 'surrogateescape')
    return b'"' + b''.join(_QUOTED[byte] for byte in raw) + b'"'


def _quoted_byte(byte: int) -> bytes:
    if byte in b'"\\' or byte < 0x20 or byte == 0x7F:
        return b'\\%03o' % byte
    return bytes([byte])


_QUOTED = [_quoted_byte(byte) for byte in range(256)]


def signature(who: Identity, when: datetime) -> bytes:
    if when.tzinfo is None:
        raise ValueError('the time of a commit needs its time zone')
    name = _plain(who.name) or 'unknown'
    stamp = f'{max(0, int(when.timestamp()))} {when.strftime("%z")[:5]}'
    return f'{name} <{_plain(who.email).replace(" ", "")}> {stamp}\n'.encode('utf-8', 'replace')


def _plain(text: str) -> str:
    """One line without the letters that delimit a signature."""
    kept = ''.join(
        letter if letter.isprintable() and letter not in '<>' else ' ' for letter in text
    )
    return ' '.join(kept.split()).strip('.,:;"\'\\ ')


def full_message(message: str, authorship: Authorship) -> bytes:
    text = message.replace('\0', '').replace('\r\n', '\n').strip()
    lines = [f'{key}: {" ".join(value.split())}' for key, value in authorship.trailers]
    if lines:
        text = '\n\n'.join(part for part in (text, '\n'.join(lines)) if part)
    return f'{text}\n'.encode('utf-8', 'replace')


def _refuse_shadowing(git: Git, parent: CommitId, edits: Mapping[RepoPath, TreeEdit]) -> None:
    written = [check_path(path) for path, edit in edits.items() if edit is not None]
    folders = dict.fromkeys(folder for path in written for folder in folders_of(path))
    found = existing(git, parent, [*written, *folders])
    for path in written:
        if found.get(path) == 'tree' and not _emptied(git, parent, path, edits):
            raise _shadows(path, 'is a folder')
    for folder in folders:
        if found.get(folder) == 'blob' and edits.get(folder, '') is not None:
            raise _shadows(folder, 'is a file')


def _emptied(
    git: Git, parent: CommitId, folder: RepoPath, edits: Mapping[RepoPath, TreeEdit]
) -> bool:
    return all(edits.get(path, '') is None for path in list_tree(git, parent, folder))


def _shadows(path: RepoPath, what: str) -> NeedsPerson:
    return NeedsPerson(
        'PathRefused',
        f'`{path}` {what} in the repository, so nothing else can be put there.',
        hint='Move or remove it first.',
    )


def _failure(done: Done, ref: str) -> EngineError:
    if 'not updating' in done.errors.lower():
        return BranchMoved('BranchMoved', f'{ref} was moved by another commit.', after=1)
    return local_failure(done, f'writing a commit ({last_words(done.errors)})')


def _remove_crash_report(git: Git) -> None:
    for report in git.git_dir.glob('fast_import_crash_*'):
        report.unlink(missing_ok=True)
