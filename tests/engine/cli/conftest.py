"""Runs the command the way its entry point does, in this process, and keeps what it printed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hedgehog_gitops.cli import run

from ..workshop import BASE, Workshop


@dataclass(frozen=True)
class Ran:
    """What one run of the command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout; anything else there fails the test."""
        return json.loads(self.out)


@pytest.fixture
def person(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The workshop, with this process's environment set to its person's."""
    for name in ('GIT_DIR', 'GIT_WORK_TREE', 'GIT_CONFIG_GLOBAL', 'GIT_AUTHOR_NAME', 'EMAIL'):
        monkeypatch.delenv(name, raising=False)
    for name, value in workshop.environment.items():
        monkeypatch.setenv(name, value)
    return workshop


@pytest.fixture
def command(person: Workshop, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`command('ingest', ...)` works on the clone; `repo=` names another repository."""

    def ran(verb: str, *options: str, repo: object = None, fabric: str | None = BASE) -> Ran:
        place = () if verb in ('init', 'undo') or fabric is None else ('--fabric-dir', fabric)
        capsys.readouterr()
        status = run([verb, str(repo or person.clone), *options, *place])
        printed = capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    return ran


@pytest.fixture
def lab(person: Workshop, command: Callable[..., Ran]) -> Workshop:
    """A clone with an initialised fabric, pushed to its server."""
    assert command('init', '--fabric', 'Lab').status == 0
    person.push()
    return person
