"""Bare repositories on the serving side, made as an operator would make them.

Used by tests and by the demonstration; served by `http_server.py` and `ssh_server.py`.
"""

import subprocess
from pathlib import Path

__all__ = ['SERVER_ENVIRONMENT', 'decline_pushes', 'make_repository', 'program_folder']

SERVER_ENVIRONMENT = {
    'PATH': '/usr/local/bin:/usr/bin:/bin',
    'HOME': '/dev/null',
    'LC_ALL': 'C',
    'GIT_CONFIG_NOSYSTEM': '1',
    'GIT_CONFIG_GLOBAL': '/dev/null',
}


def make_repository(path: Path, branch: str = 'main') -> Path:
    """Makes an empty bare repository whose default branch is `branch`."""
    _git('init', '--bare', '--quiet', f'--initial-branch={branch}', str(path))
    return path


def decline_pushes(repository: Path, words: str) -> None:
    """Has the server refuse every push with `words`, as a protected branch does."""
    hook = repository / 'hooks' / 'pre-receive'
    hook.parent.mkdir(exist_ok=True)
    quoted = words.replace("'", "'\\''")
    hook.write_text(f"#!/bin/sh\necho '{quoted}' >&2\nexit 1\n")
    hook.chmod(0o755)


def program_folder() -> Path:
    """Where git keeps its helper programs, `git-http-backend` among them."""
    return Path(_git('--exec-path').strip())


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ['git', *arguments], env=SERVER_ENVIRONMENT, capture_output=True, check=True, text=True
    )
    return done.stdout
