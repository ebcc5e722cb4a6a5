"""Git as people and servers see it: bare repositories, and clones used by a person."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ['GIT_USER', 'Person', 'Repository']

GIT_USER = 'git'


@dataclass
class Person:
    """A working clone of a repository, used as a person uses it."""

    path: Path
    environment: dict[str, str]

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ['git', *arguments],
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f'git {arguments} failed: {done.stderr}')
        return done.stdout

    def push(self, message: str) -> str:
        """Commits everything and pushes; returns the new head."""
        self.git('add', '-A')
        self.git('commit', '-q', '-m', message)
        self.git('push', '-q', 'origin', 'HEAD')
        return self.git('rev-parse', 'HEAD').strip()

    def pull(self) -> str:
        self.git('pull', '-q', '--rebase')
        return self.git('rev-parse', 'HEAD').strip()

    def push_until_accepted(self) -> None:
        """What a person does when the push is refused: pull with rebase and push again."""
        for _ in range(50):
            try:
                self.git('push', '-q', 'origin', 'HEAD')
                return
            except AssertionError:
                self.pull()
        raise AssertionError('the person never got through')


@dataclass
class Repository:
    """A bare repository on the test server."""

    path: Path
    url: str
    environment: dict[str, str]
    password: str

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ['git', '--git-dir', str(self.path), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def head(self, branch: str = 'main') -> str:
        return self.git('rev-parse', f'refs/heads/{branch}').strip()

    def commits(self, since: str = '', branch: str = 'main') -> list[str]:
        """Commit ids, newest first."""
        span = f'{since}..refs/heads/{branch}' if since else f'refs/heads/{branch}'
        return self.git('rev-list', span).split()

    def files(self, under: str = '', branch: str = 'main') -> list[str]:
        names = self.git('ls-tree', '-r', '-z', '--name-only', f'refs/heads/{branch}')
        return [name for name in names.split('\0') if name and name.startswith(under)]

    def read(self, path: str, branch: str = 'main') -> bytes:
        return subprocess.run(
            ['git', '--git-dir', str(self.path), 'cat-file', 'blob', f'refs/heads/{branch}:{path}'],
            env=self.environment,
            capture_output=True,
            check=True,
        ).stdout

    def hook(self, name: str, script: str) -> None:
        """Installs a server hook (a shell script)."""
        target = self.path / 'hooks' / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(f'#!/bin/sh\n{script}\n')
        target.chmod(0o755)

    def remove_hook(self, name: str) -> None:
        (self.path / 'hooks' / name).unlink(missing_ok=True)

    def clone(self, folder: Path) -> Person:
        """Clones with the password in the URL of a throw-away clone, as a newcomer would."""
        user, rest = f'{GIT_USER}:{self.password}@', self.url.split('://', 1)[1]
        subprocess.run(
            ['git', 'clone', '-q', f'http://{user}{rest}', str(folder)],
            env=self.environment,
            check=True,
            capture_output=True,
        )
        person = Person(folder, self.environment)
        person.git('config', 'user.name', 'Petra Person')
        person.git('config', 'user.email', 'petra@example.com')
        return person
