"""Builds `.dev/venv` from the hash-pinned lock and goes on inside it; standard library only."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from .home import DEV, ROOT, VENV, VENV_PYTHON
from .processes import tail
from .say import BEGUN, Stop, working

__all__ = ['enter_environment', 'install_lock']

LOCK = ROOT / 'requirements' / 'lock.txt'


def enter_environment(module: str) -> None:
    """Makes the environment when it is missing or old, then runs `module` again inside it."""
    if sys.platform == 'win32':
        raise Stop('The launchers need Linux or macOS; on Windows use WSL.')
    current = _stamp() == _wanted()
    if current and Path(sys.prefix).resolve() == VENV.resolve():
        return
    if not current:
        _build()
    os.environ['HEDGEHOG_BEGUN'] = str(BEGUN)
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), '-m', module, *sys.argv[1:]])


def install_lock(lock: Path) -> None:
    """Installs exactly what a lock names, with its hashes; nothing is resolved."""
    arguments = ['--no-deps', '--require-hashes', '-r', str(lock)]
    with working(f'Installing {_count(lock)} packages from {lock.relative_to(ROOT)}'):
        _install(arguments)


def _build() -> None:
    DEV.mkdir(parents=True, exist_ok=True)
    if not _runs(VENV_PYTHON):
        with working(f'Making the environment with Python {sys.version.split()[0]}'):
            _make()
    install_lock(LOCK)
    with working('Installing the project itself, editable'):
        _install(['--no-deps', '--no-build-isolation', '-e', str(ROOT)])
    (VENV / '.hedgehog').write_text(_wanted())


def _make() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which('uv')
    if uv:
        _call([uv, 'venv', '--python', sys.executable, str(VENV)])
        return
    try:
        _call([sys.executable, '-m', 'venv', str(VENV)])
    except Stop as problem:
        hint = 'On Debian and Ubuntu `apt install python3-venv` is needed, or install uv.'
        raise Stop(f'{problem}\n{hint}') from None


def _install(arguments: list[str]) -> None:
    uv = shutil.which('uv')
    if uv:
        _call([uv, 'pip', 'install', '--python', str(VENV_PYTHON), *arguments])
        return
    if not _runs(VENV_PYTHON, '-m', 'pip', '--version'):
        _call([VENV_PYTHON, '-m', 'ensurepip', '--upgrade'])
    # What is imported gets compiled then; most of what these packages hold never is.
    quick = ['--disable-pip-version-check', '--no-compile']
    _call([VENV_PYTHON, '-m', 'pip', 'install', *quick, *arguments])


def _call(command: list[object]) -> None:
    log = DEV / 'log' / 'install.log'
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open('ab') as output:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode:
        raise Stop(f'{tail(log)}\n\nThe step failed; the whole output is in {log}')


def _runs(python: Path, *arguments: str) -> bool:
    try:
        command = [str(python), *(arguments or ('-V',))]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _wanted() -> str:
    # The entry points of pyproject.toml are part of an editable installation; the code is not.
    project = tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']
    state = f'{ROOT} {project}'.encode() + LOCK.read_bytes()
    return hashlib.sha256(state).hexdigest()


def _stamp() -> str:
    file = VENV / '.hedgehog'
    return file.read_text() if file.exists() and _runs(VENV_PYTHON) else ''


def _count(lock: Path) -> int:
    return sum('==' in line for line in lock.read_text().splitlines())
