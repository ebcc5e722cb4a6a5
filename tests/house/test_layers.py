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
    ('engine-rooms', f'{ENGINE}.workflows.intruder', f'{ENGINE}.testing'),
    ('engine-rooms', f'{ENGINE}.utils', 'json'),
    ('deciding-is-pure', f'{ENGINE}.ingest.intruder', f'{ENGINE}.git'),
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


def lint(source: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        '-m',
        'importlinter.cli',
        'lint',
        '--config',
        str(ROOT / '.importlinter'),
    ]
    command = [str(Path(sys.executable).with_name('lint-imports')), '--no-cache', *command[4:]]
    if contract:
        command += ['--contract', contract]
    # Wide, so that no name is broken over two lines.
    environment = os.environ | {'PYTHONPATH': str(source), 'COLUMNS': '400'}
    return subprocess.run(
        command, cwd=source, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope='module')
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp('house') / 'src'
    shutil.copytree(ROOT / 'src', target, ignore=shutil.ignore_patterns('__pycache__', '*.html'))
    return target


def test_every_contract_is_kept(copied: Path) -> None:
    done = lint(copied)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(('contract', 'module', 'imported'), VIOLATIONS)
def test_a_contract_breaks(copied: Path, contract: str, module: str, imported: str) -> None:
    file = copied.joinpath(*module.split('.')).with_suffix('.py')
    before = file.read_bytes() if file.exists() else None
    try:
        file.write_bytes((before or b'') + f'\nimport {imported}\n'.encode())
        done = lint(copied, contract)
    finally:
        file.write_bytes(before) if before is not None else file.unlink()
    assert done.returncode == 1, done.stdout
    # Broken by this very module, and not by something that was wrong already.
    assert module in done.stdout.partition('Broken contracts')[2], done.stdout


def test_every_contract_is_proven() -> None:
    settings = ConfigParser()
    settings.read(ROOT / '.importlinter')
    named = {part.rpartition(':')[2] for part in settings.sections() if ':contract:' in part}
    assert named == {contract for contract, _, _ in VIOLATIONS}


def test_only_sync_may_know_the_engine() -> None:
    settings = ConfigParser()
    settings.read(ROOT / '.importlinter')
    barred = set(settings['importlinter:contract:one-engine-door']['source_modules'].split())
    rooms = {
        f'{PLUGIN}.{path.stem}'
        for path in (ROOT / 'src' / PLUGIN).iterdir()
        if path.suffix == '.py' or (path / '__init__.py').exists()
    }
    free = {f'{PLUGIN}.{room}' for room in ('__init__', 'sync', 'tests', 'migrations')}
    assert rooms - free == barred
