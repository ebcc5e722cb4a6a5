"""A person's own repository: bare, or a clone whose work tree has to follow the branch.

Used by the command line through `workflows/targets.py`. The branch moves first, by
compare-and-swap; the work tree follows. A note in the Git directory (`hedgehog-move`) stands from
before the first step until after the last, so that a run that was killed in between is finished
by the next one: the note names both commits, and only files that hold the old commit's bytes, the
new one's or the beginning of the new one's are touched. Anything else is the person's work: it
stays, and `git status` shows how it differs.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import NeedsPerson, TryAgainLater
from ..identity import CommitId, RepoPath, TreeId
from .process import Done, Git, Surroundings
from .settings import GitSettings
from .work_files import follow_around_changes, untouched, untouched_or_cut_off

__all__ = ['Upstream', 'WorkingRepository', 'find_repository']

_BRANCHES = 'refs/heads/'
_NO_ENVIRONMENT: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where the person's configuration says a branch is pushed to.

    `tracking` is the ref in which Git remembers the server's branch, where it does.
    """

    url: str
    branch: str
    tracking: str | None = None


@dataclass(frozen=True, slots=True)
class WorkingRepository:
    """A repository on a person's disk. `work_tree` is None for a bare one."""

    git_dir: Path
    work_tree: Path | None
    settings: GitSettings

    def current_ref(self) -> str | None:
        """Returns `refs/heads/<branch>` even before its first commit; None for a detached HEAD."""
        done = self._git.run('symbolic-ref', '-q', 'HEAD')
        return done.output.decode().strip() if done.good else None

    def uncommitted(self) -> list[RepoPath]:
        """Returns every path `git status` would show."""
        if self.work_tree is None:
            return []
        done = self._here('status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames')
        lines = _good(done).output.decode('utf-8', 'surrogateescape').split('\0')
        return [RepoPath(line[3:]) for line in lines if line]

    def staged(self) -> TreeId:
        """Returns the tree that `git commit` would make now: what is in the index.

        A hook of a partial commit is told which index that is by `GIT_INDEX_FILE`.
        """
        index = self.settings.environment.get('GIT_INDEX_FILE')
        return self._written_tree({'GIT_INDEX_FILE': index} if index else {})

    def on_disk(self) -> TreeId:
        """Returns the tree of all files as they lie on disk, but those Git is told to ignore.

        The person's own index is not touched.
        """
        self._demand_work_tree()
        with tempfile.TemporaryDirectory(prefix='hedgehog-index-', dir=self.git_dir) as folder:
            index = Path(folder) / 'index'
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(self.git_dir / 'index', index)
            environment = {'GIT_INDEX_FILE': str(index)}
            _good(self._here('add', '--all', '--', '.', environment=environment))
            return self._written_tree(environment)

    def upstream(self, ref: str) -> Upstream | None:
        """Returns where `ref` is pushed to, as the person configured it."""
        name = ref.removeprefix(_BRANCHES)
        remote = self._configured(f'branch.{name}.remote')
        merge = self._configured(f'branch.{name}.merge')
        if not remote or not merge:
            return None
        done = self._git.run('remote', 'get-url', '--push', remote)
        url = done.output.decode().strip() if done.good else remote
        branch = merge.removeprefix(_BRANCHES)
        remembered = f'refs/remotes/{remote}/'
        usual = self._configured(f'remote.{remote}.fetch') == f'+{_BRANCHES}*:{remembered}*'
        return Upstream(self._absolute(url), branch, f'{remembered}{branch}' if usual else None)

    def identity(self, role: str) -> tuple[str, str]:
        """Returns name and e-mail of the `AUTHOR` or the `COMMITTER`, as Git itself would."""
        done = self._git.run('-c', 'user.useConfigOnly=true', 'var', f'GIT_{role}_IDENT')
        if not done.good:
            raise NeedsPerson(
                'IdentityMissing',
                'Git does not know who you are, and every commit names its author.',
                hint='Set `git config --global user.name` and `user.email`.',
            )
        name, _, rest = done.output.decode('utf-8', 'replace').rpartition(' <')
        return name, rest.partition('>')[0]

    @contextlib.contextmanager
    def exclusively(self) -> Iterator[None]:
        """Keeps a second run of this command out until the block ends, however it ends."""
        with (self.git_dir / 'hedgehog-lock').open('ab') as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise TryAgainLater(
                    'RepositoryBusy',
                    f'Another run is writing to {self.git_dir}.',
                    hint='Wait until it has ended.',
                    after=5,
                ) from None
            yield

    @contextlib.contextmanager
    def moving(self, ref: str, old: CommitId | None, new: CommitId) -> Iterator[None]:
        """Notes what is about to happen; the note goes when the block ends in good order."""
        self._note.write_text(json.dumps({'ref': ref, 'old': old, 'new': new, 'pid': os.getpid()}))
        yield
        self._note.unlink()

    def check_out(self, old: CommitId | None, new: CommitId) -> None:
        """Brings index and work tree from `old` to `new`.

        A file that meanwhile holds something else than `old` is left as it is: it then differs
        from the commit, as any file does that a person has changed.
        """
        if self.work_tree is None:
            return
        before = old or self._empty_tree()
        if self._here('read-tree', '-m', '-u', before, new).good:
            return
        done = follow_around_changes(self._here, self.work_tree, before, new, untouched)
        if not done.good:
            raise NeedsPerson(
                'WorkTreeBehind',
                f'The branch moved to {new[:12]}, but Git could not update the files: '
                f'{done.errors.strip()}',
                hint='`git status` shows what differs; `git reset --hard` takes the commit.',
            )

    def finish_interrupted_move(self) -> None:
        """Ends what a killed run began. To be called while `exclusively` holds."""
        try:
            note = json.loads(self._note.read_text())
        except (FileNotFoundError, ValueError):
            self._note.unlink(missing_ok=True)
            return
        if note.get('pid') != os.getpid():
            self._remove_locks(note['ref'])
        head = (
            self._git.run('rev-parse', '--verify', '--quiet', note['ref']).output.decode().strip()
        )
        old, new = note['old'] or self._empty_tree(), note['new']
        if self.work_tree is not None and head == new and self._index_is_at(old, new):
            _good(follow_around_changes(self._here, self.work_tree, old, new, untouched_or_cut_off))
        self._note.unlink()

    @property
    def has_interrupted_move(self) -> bool:
        """True when a run was killed between moving the branch and updating the files."""
        return self._note.exists()

    def refuse_merge_in_progress(self) -> None:
        """A commit made now would end the person's merge, without its second parent."""
        if (self.git_dir / 'MERGE_HEAD').exists():
            raise NeedsPerson(
                'MergeInProgress',
                'A merge is not finished in this work tree.',
                hint='`git commit` finishes it, `git merge --abort` gives it up.',
            )

    @property
    def _git(self) -> Git:
        return Git(self.git_dir, self.settings)

    @property
    def _note(self) -> Path:
        return self.git_dir / 'hedgehog-move'

    def _here(
        self,
        *arguments: str,
        stdin: bytes = b'',
        environment: Mapping[str, str] = _NO_ENVIRONMENT,
    ) -> Done:
        where = str(self.work_tree)
        around = Surroundings(environment)
        return self._git.run(
            '-C', where, f'--work-tree={where}', *arguments, stdin=stdin, around=around
        )

    def _written_tree(self, environment: Mapping[str, str]) -> TreeId:
        self._demand_work_tree()
        done = self._here('write-tree', environment=environment)
        return TreeId(_good(done).output.decode().strip())

    def _demand_work_tree(self) -> None:
        if self.work_tree is None:
            raise NeedsPerson(
                'NoWorkTree',
                f'{self.git_dir} is a bare repository: it has no index and no files on disk.',
                hint='Look at its commit instead.',
            )

    def _configured(self, name: str) -> str:
        return self._git.run('config', '--get', name).output.decode().strip()

    def _absolute(self, url: str) -> str:
        """A relative path in the configuration counts from the top of the clone."""
        is_path = '://' not in url and ':' not in url.partition('/')[0]
        top = self.work_tree or self.git_dir
        return str((top / url).resolve()) if is_path else url

    def _empty_tree(self) -> CommitId:
        return CommitId(
            self._git.run('hash-object', '-t', 'tree', '--stdin').output.decode().strip()
        )

    def _remove_locks(self, ref: str) -> None:
        """The killed run's own locks: nobody else runs, and only it was writing these."""
        common = self._git.run('rev-parse', '--git-common-dir').output.decode().strip()
        for lock in (self.git_dir / 'index.lock', self.git_dir / common / f'{ref}.lock'):
            lock.unlink(missing_ok=True)

    def _index_is_at(self, old: str, new: str) -> bool:
        """True when nothing was staged since: then the index is Git's to set."""
        return any(
            self._here('diff-index', '--cached', '--quiet', tree, '--').good for tree in (new, old)
        )


def find_repository(path: Path, settings: GitSettings) -> WorkingRepository:
    """Opens the repository at `path` itself; one that merely surrounds it is not meant."""
    path = path.resolve()
    if not path.is_dir():
        raise NeedsPerson('NoRepository', f'There is no folder {path}.')
    inside = path / '.git'
    if inside.is_dir():
        return WorkingRepository(inside, path, settings)
    if inside.is_file():
        target = inside.read_text().removeprefix('gitdir:').strip()
        return WorkingRepository((path / target).resolve(), path, settings)
    if (path / 'HEAD').is_file() and (path / 'objects').is_dir() and (path / 'refs').is_dir():
        return WorkingRepository(path, None, settings)
    raise NeedsPerson(
        'NoRepository',
        f'{path} is neither a bare repository nor the top of a clone.',
        hint='Name the folder that holds `.git`, or create one with `git init`.',
    )


def _good(done: Done) -> Done:
    if not done.good:
        raise NeedsPerson('GitFailed', f'Git answered: {done.errors.strip()}')
    return done
