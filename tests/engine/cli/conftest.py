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
    work_as_person(workshop, monkeypatch)
    return workshop


def work_as_person(workshop: Workshop, patch: pytest.MonkeyPatch) -> None:
    for name in ('GIT_DIR', 'GIT_WORK_TREE', 'GIT_CONFIG_GLOBAL', 'GIT_AUTHOR_NAME', 'EMAIL'):
        patch.delenv(name, raising=False)
    for name, value in workshop.environment.items():
        patch.setenv(name, value)


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


@pytest.fixture(scope='session')
def laid_out(tmp_path_factory: pytest.TempPathFactory, empty_workshop: Workshop) -> Workshop:
    """A clone with an initialised fabric, pushed to its server; made once and copied."""
    made = empty_workshop.copied(tmp_path_factory.mktemp('lab'))
    with pytest.MonkeyPatch.context() as patch:
        work_as_person(made, patch)
        assert run(['init', str(made.clone), '--fabric', 'Lab']) == 0
        made.push()
    return made


@pytest.fixture
def lab(person: Workshop, laid_out: Workshop) -> Workshop:
    """The person's workshop with an initialised fabric, pushed to its server."""
    return laid_out.copied(person.folder)
