"""The two grounds a simulation runs on, with one face: Git in memory, and a real Git server.

Both run the whole of the product's sync code on real PostgreSQL. In memory only the store at the
border of the Git room is another one; what a seed does on one ground it does on the other.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from hedgehog_gitops.git import GitSettings
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.memory_git import MemoryServer, MemoryStore, ServerFault
from hedgehog_gitops.testing.repositories import decline_pushes
from netbox_hedgehog.sync.stores import store_path

from .git_case import GitCase, Person

__all__ = ['InMemory', 'OnServer']

_PUSH = {'containing': 'git-receive-pack', 'method': 'POST'}


class InMemory:
    """A server, a clone and a person in this process; a fetch costs nothing."""

    def __init__(self, case: GitCase) -> None:
        self.server = MemoryServer()
        self.path = case.folder / 'in-memory' / 'clone.git'
        self.path.mkdir(parents=True, exist_ok=True)
        self.store = MemoryStore(self.server)
        case.person = Person(case.folder / 'nobody.git', case.remote)
        case.person.store = MemoryStore(self.server)

    @contextmanager
    def used(self) -> Iterator[None]:
        """The product finds its clone here."""
        # Where every clone is opened, so that it does not matter who asks for one.
        stores = 'netbox_hedgehog.sync.stores'
        with (
            mock.patch(f'{stores}.store_path', lambda repository: self.path),
            mock.patch(f'{stores}.GitStore', self),
        ):
            yield

    def open(self, path: Path, settings: GitSettings) -> MemoryStore:
        return self.store

    open_or_create = start_over = open

    def go_back(self, head: CommitId) -> None:
        """Everything as it was at this commit, for the next seed."""
        self.server.branches['main'] = head
        self.end_faults()

    @contextmanager
    def faulty(self, fault: ServerFault) -> Iterator[None]:
        """The next push meets this fault, a refusal all of them; then the server is well again."""
        self.server.faults.append(fault)
        try:
            yield
        finally:
            self.end_faults()

    @contextmanager
    def away(self) -> Iterator[None]:
        self.server.away = True
        try:
            yield
        finally:
            self.end_faults()

    def end_faults(self) -> None:
        self.server.faults.clear()
        self.server.away = False


class OnServer:
    """The real thing: git processes, a bare clone on disk, smart HTTP with a password."""

    def __init__(self, case: GitCase) -> None:
        self.case = case
        case.person = Person(case.folder / 'person-again.git', case.remote)

    @contextmanager
    def used(self) -> Iterator[None]:
        """The product finds everything where it always does."""
        yield

    def go_back(self, head: CommitId) -> None:
        subprocess.run(
            ['git', '--git-dir', str(self.case.bare), 'update-ref', 'refs/heads/main', head],
            check=True,
        )
        assert store_path(self.case.fabric.git_repository).is_dir()
        self.end_faults()

    @contextmanager
    def faulty(self, fault: ServerFault) -> Iterator[None]:
        server = self.case.server
        gone = Fault(status=503, times=None)
        told: dict[ServerFault, dict[str, Any]] = {
            # Twice, because libcurl tries once more by itself.
            'lost_before': {'drop': 'before', 'times': 2},
            'lost_after': {'drop': 'after'},
            'lost_and_away': {'drop': 'after', 'before': lambda: server.add(gone)},
            'away': {'status': 503, 'before': lambda: server.add(gone)},
        }
        if fault == 'refused':
            decline_pushes(self.case.bare, 'this branch is protected')
        else:
            server.add(Fault(**_PUSH, **told[fault]))
        try:
            yield
        finally:
            self.end_faults()

    @contextmanager
    def away(self) -> Iterator[None]:
        self.case.server.add(Fault(status=503, times=None))
        try:
            yield
        finally:
            self.end_faults()

    def end_faults(self) -> None:
        self.case.server.clear()
        (self.case.bare / 'hooks' / 'pre-receive').unlink(missing_ok=True)
