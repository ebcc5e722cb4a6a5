"""A person's desk for tests: a server repository, a clone of it, and plain git as a person runs it.

Used by the tests of `workflows` and `cli`. Configuration, dates and folders are the test's own.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from hedgehog_gitops.git import Authorship, GitStore, Identity
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import Operation

__all__ = ['AUTHORSHIP', 'BASE', 'LAB', 'OPERATION', 'Workshop', 'connection', 'switch', 'vpc']

BASE = RepoPath('fabrics/lab/gitops')
LAB = Fabric('Lab', 'lab', BASE)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OPERATION = Operation('6f1c7a52-0000-4000-8000-000000000001', NOW, 'alice')
ADA = Identity('Ada Example', 'ada@example.test')
AUTHORSHIP = Authorship(ADA, ADA, NOW, (('Operation-Id', OPERATION.id),))

_CONFIG = """\
[user]
    name = Ada Example
    email = ada@example.test
[init]
    defaultBranch = main
[protocol "file"]
    allow = always
"""


def vpc(name: str, vlan: int = 1001) -> str:
    """A VPC as people write it, with comments that have to survive."""
    return f"""\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {name}
spec:
  # which pools this takes from
  ipv4Namespace: default
  vlanNamespace: default
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: {vlan}  # first of the range
"""


def switch(name: str) -> str:
    return f"""\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: {name}
spec:
  role: server-leaf
  description: "rack 1"
"""


def connection(name: str) -> str:
    return f"""\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: {name}
spec:
  unbundled:
    link:
      server: {{port: server-1/enp2s1}}
      switch: {{port: leaf-1/E1/1}}
"""


class Workshop:
    """A bare server repository and one clone of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = folder / 'home'
        self.environment = {
            'PATH': os.environ['PATH'],
            'HOME': str(home),
            'LC_ALL': 'C.UTF-8',
            'GIT_CONFIG_NOSYSTEM': '1',
            'GIT_AUTHOR_DATE': '2026-01-01T00:00:00+00:00',
            'GIT_COMMITTER_DATE': '2026-01-01T00:00:00+00:00',
        }
        self.server = folder / 'server.git'
        self.clone = folder / 'clone'
        self._config = self.clone / '.git' / 'config'

    @classmethod
    def made(cls, folder: Path) -> 'Workshop':
        """Makes server and clone, both empty."""
        shop = cls(folder)
        (folder / 'home').mkdir()
        (folder / 'home' / '.gitconfig').write_text(_CONFIG)
        shop.git('init', '--quiet', '--bare', str(shop.server), cwd=folder)
        shop.git('clone', '--quiet', str(shop.server), str(shop.clone), cwd=folder)
        return shop

    def copied(self, folder: Path) -> 'Workshop':
        """The same in another folder, which may hold an empty one: a third of the work."""
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        shop = Workshop(folder)
        config = shop._config.read_text()
        shop._config.write_text(config.replace(str(self.server), str(shop.server)))
        return shop

    def git(self, *arguments: str, cwd: Path | None = None, data: bytes = b'') -> str:
        """Runs git as a person would; a failure fails the test."""
        done = subprocess.run(
            ['git', *arguments],
            cwd=cwd or self.clone,
            env=self.environment,
            input=data,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return os.fsdecode(done.stdout)

    def commit(self, files: Mapping[str, str | bytes | None], message: str = 'By hand') -> CommitId:
        """Commits files of the clone (None removes one) the way a person does."""
        for name, content in files.items():
            path = self.clone / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git('add', '--all')
        self.git('commit', '--quiet', '--allow-empty', '-m', message)
        return self.head()

    def push(self) -> None:
        self.git('push', '--quiet', '--set-upstream', 'origin', 'main')

    def head(self, cwd: Path | None = None) -> CommitId:
        return CommitId(self.git('rev-parse', 'HEAD', cwd=cwd).strip())

    def count(self, cwd: Path | None = None) -> int:
        """How many commits the branch has."""
        return int(self.git('rev-list', '--count', 'HEAD', cwd=cwd))

    def files(self, commit: str = 'HEAD', cwd: Path | None = None) -> list[str]:
        listed = self.git('ls-tree', '-r', '-z', '--name-only', commit, cwd=cwd)
        return [name for name in listed.split('\0') if name]

    def show(self, path: str, commit: str = 'HEAD', cwd: Path | None = None) -> bytes:
        return os.fsencode(self.git('cat-file', 'blob', f'{commit}:{path}', cwd=cwd))

    def status(self) -> str:
        return self.git('status', '--porcelain')

    @property
    def store(self) -> GitStore:
        return GitStore.open(self.clone)
