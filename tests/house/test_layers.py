"""Every contract of `.importlinter` holds, and breaks when it should."""

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from .tree import ROOT

ENGINE, PLUGIN = 'hedgehog_gitops', 'netbox_hedgehog'

CONTRACTS = ConfigParser()
CONTRACTS.read(ROOT / '.importlinter')

# contract, the module that breaks it, what that module imports
VIOLATIONS = [
    ('two-storeys', f'{ENGINE}.plans.intruder', f'{PLUGIN}.constants'),
    ('engine-without-django', f'{ENGINE}.workflows.intruder', 'django.db'),
    ('engine-without-django', f'{ENGINE}.cli.intruder', 'netbox.plugins'),
    ('engine-without-django', f'{ENGINE}.testing.intruder', 'rest_framework'),
    ('engine-without-django', f'{ENGINE}.git.intruder', 'rq'),
    ('engine-rooms', f'{ENGINE}.documents.intruder', f'{ENGINE}.kinds'),
    ('engine-rooms', f'{ENGINE}.git.intruder', f'{ENGINE}.documents'),
    ('engine-rooms', f'{ENGINE}.documents.intruder', f'{ENGINE}.git'),
    ('engine-rooms', f'{ENGINE}.plans.intruder', f'{ENGINE}.ingest'),
    ('engine-rooms', f'{ENGINE}.duplicates.intruder', f'{ENGINE}.ingest'),
    ('engine-rooms', f'{ENGINE}.workflows.intruder', f'{ENGINE}.testing'),
    ('engine-rooms', f'{ENGINE}.utils', 'json'),
    ('deciding-is-pure', f'{ENGINE}.ingest.intruder', f'{ENGINE}.git'),
    ('deciding-is-pure', f'{ENGINE}.duplicates.intruder', f'{ENGINE}.git'),
    ('deciding-is-pure', f'{ENGINE}.documents.intruder', 'socket'),
    ('deciding-is-pure', f'{ENGINE}.layout.intruder', 'urllib.request'),
    ('deciding-is-pure', f'{ENGINE}.plans.intruder', 'time'),
    ('one-git-door', f'{ENGINE}.workflows.intruder', 'subprocess'),
    ('one-git-door', f'{PLUGIN}.sync.intruder', 'subprocess'),
    ('one-git-door', f'{PLUGIN}.models.intruder', 'multiprocessing'),
    ('plugin-rooms', f'{PLUGIN}.models.intruder', f'{PLUGIN}.jobs'),
    ('plugin-rooms', f'{PLUGIN}.sync.intruder', f'{PLUGIN}.views'),
    ('plugin-rooms', f'{PLUGIN}.api.intruder', f'{PLUGIN}.views'),
    ('plugin-rooms', f'{PLUGIN}.choices.intruder', f'{PLUGIN}.models'),
    ('plugin-rooms', f'{PLUGIN}.helpers', 'json'),
    ('one-engine-door', f'{PLUGIN}.views.intruder', f'{ENGINE}.plans'),
    ('one-engine-door', f'{PLUGIN}.models.intruder', f'{ENGINE}.identity'),
    ('one-engine-door', f'{PLUGIN}.api.intruder', f'{ENGINE}'),
]


def lint(source: Path) -> str:
    """Import-linter's report on a copy of the source."""
    command = [Path(sys.executable).with_name('lint-imports'), '--no-cache', '--config']
    # Wide, so that no name is broken over two lines.
    environment = os.environ | {'PYTHONPATH': str(source), 'COLUMNS': '400'}
    done = subprocess.run(
        [*command, ROOT / '.importlinter'],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def copy_of_the_source(target: Path) -> Path:
    shutil.copytree(ROOT / 'src', target, ignore=shutil.ignore_patterns('__pycache__', '*.html'))
    return target


def test_every_contract_is_kept(tmp_path: Path) -> None:
    said = lint(copy_of_the_source(tmp_path / 'src'))
    assert ' 0 broken.' in said, said


@pytest.fixture(scope='module')
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said about each contract when all the violations are there at once."""
    source = copy_of_the_source(tmp_path_factory.mktemp('house') / 'src')
    for number, (_, module, imported) in enumerate(VIOLATIONS):
        file = source.joinpath(*numbered(module, number).split('.')).with_suffix('.py')
        assert not file.exists()
        file.write_text(f'import {imported}\n')
    said = lint(source).partition('Broken contracts')[2]
    names = {CONTRACTS[part]['name']: part.rpartition(':')[2] for part in CONTRACTS.sections()[1:]}
    sections: dict[str, str] = {}
    contract = ''
    for line in said.splitlines():
        contract = names.get(line, contract)
        sections[contract] = f'{sections.get(contract, "")}{line}\n'
    return sections


@pytest.mark.parametrize('number', range(len(VIOLATIONS)))
def test_a_contract_breaks(broken: dict[str, str], number: int) -> None:
    contract, module, imported = VIOLATIONS[number]
    said = broken.get(contract, '')
    if module.endswith('intruder'):
        assert f'{numbered(module, number)} -> {imported.partition(".")[0]}' in said
    else:
        assert f'- {numbered(module, number)}\n' in said


def numbered(module: str, number: int) -> str:
    """The name of the module that is planted for a violation, told apart from the others."""
    return f'{module}{number}'


def test_every_contract_is_proven() -> None:
    named = {part.rpartition(':')[2] for part in CONTRACTS.sections() if ':contract:' in part}
    assert named == {contract for contract, _, _ in VIOLATIONS}


def test_only_sync_may_know_the_engine() -> None:
    barred = set(CONTRACTS['importlinter:contract:one-engine-door']['source_modules'].split())
    rooms = {
        f'{PLUGIN}.{path.stem}'
        for path in (ROOT / 'src' / PLUGIN).iterdir()
        if path.suffix == '.py' or (path / '__init__.py').exists()
    }
    free = {f'{PLUGIN}.{room}' for room in ('__init__', 'sync', 'tests', 'migrations')}
    assert rooms - free == barred
