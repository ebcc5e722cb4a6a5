"""Where one set of servers keeps its things: the demo has one home, the tests have another."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .say import Stop

__all__ = ['DEV', 'ROOT', 'VENV', 'VENV_PYTHON', 'Home', 'demo_home', 'test_home']

ROOT = Path(__file__).resolve().parent.parent
DEV = Path(os.environ.get('HEDGEHOG_DEV') or ROOT / '.dev').resolve()
VENV = DEV / 'venv'
VENV_PYTHON = VENV / 'bin' / 'python'


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with the state, secrets, logs and data of one set of servers."""

    path: Path
    database: str
    redis_databases: tuple[int, int]

    @property
    def state_file(self) -> Path:
        return self.path / 'state.json'

    @property
    def git_root(self) -> Path:
        return self.path / 'git'

    @property
    def store_root(self) -> Path:
        """Where NetBox's clones lie; tests that run side by side have a folder each."""
        return self.path / 'stores' / os.environ.get('PYTEST_XDIST_WORKER', '')

    def log(self, name: str) -> Path:
        """Where the output of a server goes; its folder is there."""
        folder = self.path / 'log'
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f'{name}.log'

    def state(self) -> dict[str, Any]:
        """What is recorded: ports, processes, where PostgreSQL keeps its data."""
        if not self.state_file.exists():
            return {}
        recorded: dict[str, Any] = json.loads(self.state_file.read_text())
        return recorded

    def record(self, **values: Any) -> None:
        """Adds to what is recorded; a value of None removes the entry."""
        merged = self.state() | values
        kept = {key: value for key, value in merged.items() if value is not None}
        _write_private(self.state_file, json.dumps(kept, indent=2) + '\n')

    def secret(self, name: str, length: int = 32) -> str:
        """A secret of that name, made when first asked for and kept for the next time."""
        file = self.path / 'secrets.json'
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(length)[:length]
            _write_private(file, json.dumps(known, indent=2) + '\n')
        return known[name]

    def set_secret(self, name: str, value: str) -> None:
        """Keeps a secret that came from outside."""
        file = self.path / 'secrets.json'
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        if known.get(name) != value:
            _write_private(file, json.dumps(known | {name: value}, indent=2) + '\n')

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lets one launcher at a time work on this home."""
        import fcntl  # not on every platform, and only needed from here on

        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / 'lock').open('w') as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Stop(f'Another launcher is working in {self.path}; wait for it.') from None
            yield


def demo_home() -> Home:
    """The home of `./run`."""
    return Home(DEV, 'netbox', (0, 1))


def test_home() -> Home:
    """The home of `./test`: other ports, another cluster, another database.

    Tests that run side by side have Redis databases of their own, since each believes it is alone
    with its queue. Where there is no side by side, the first two are used.
    """
    first = 2 + 2 * int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))
    return Home(DEV / 'test', 'netbox_test', (first, first + 1))


def _write_private(file: Path, text: str) -> None:
    # Written beside and moved over, so that a launcher ended half way leaves the old state whole.
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f'{file.name}.new')
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as handle:
        handle.write(text)
    new.replace(file)
