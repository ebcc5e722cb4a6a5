"""What somebody does in the demo's repository while pictures are taken; all of it is taken back."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .demo_fabric import DIRECTORY
from .home import demo_home
from .servers import GIT_USER

__all__ = [
    'change',
    'change_template',
    'copies',
    'head',
    'old_folder',
    'put_back',
    'remove',
    'vpcs',
]


def head() -> str:
    """The commit that the demo's branch is at."""
    bare = demo_home().git_root / 'demo.git'
    return _git(bare, 'rev-parse', 'refs/heads/main').strip()


def put_back(commit: str) -> None:
    """One commit with the files of an earlier one."""
    with _clone() as folder:
        _git(folder, 'rm', '-rq', '.')
        _git(folder, 'checkout', commit, '--', '.')
        _commit(folder, 'Take back what was done for pictures')


def vpcs() -> list[str]:
    """The names of the VPCs."""
    with _clone() as folder:
        return [each.stem for each in sorted((folder / DIRECTORY / 'managed/vpcs').glob('*.yaml'))]


def change(name: str, old: str, new: str) -> None:
    """A person's change of one VPC."""
    with _clone() as folder:
        place = folder / DIRECTORY / 'managed/vpcs' / f'{name}.yaml'
        place.write_text(re.sub(old, new, place.read_text(), count=1))
        _commit(folder, f'Set {new} by hand')


def remove(name: str) -> None:
    """A person's removal of one VPC."""
    with _clone() as folder:
        (folder / DIRECTORY / 'managed/vpcs' / f'{name}.yaml').unlink()
        _commit(folder, f'Remove {name}, which nobody uses')


def change_template(old: str, new: str) -> None:
    """A person's change of the templates."""
    with _clone() as folder:
        for place in (folder / DIRECTORY / 'templates').glob('*.j2'):
            place.write_text(place.read_text().replace(old, new, 1))
        _commit(folder, 'Change a template')


def old_folder() -> None:
    """YAML from before, in a folder that no fabric has."""
    with _clone() as folder:
        place = folder / 'sites/berlin/vpcs.yaml'
        place.parent.mkdir(parents=True)
        source = sorted((folder / DIRECTORY / 'managed/vpcs').glob('*.yaml'))[0]
        place.write_text(source.read_text())
        _commit(folder, 'YAML from before')


def copies() -> None:
    """A person's copies of two VPCs, one with another VLAN, and one nearly the same."""
    with _clone() as folder:
        base = folder / DIRECTORY
        first, second = sorted((base / 'managed/vpcs').glob('*.yaml'))[:2]
        text = first.read_text()
        for name, copied in (
            (f'production/{first.name}', _further(text)),
            (f'examples/{first.name}', text.replace('subnet:', '# which one?\n      subnet:', 1)),
            (f'examples/{second.name}', second.read_text()),
            ('examples/nearly.yaml', text.replace(f'name: {first.stem}', f'name: {first.stem}x')),
        ):
            (base / name).parent.mkdir(exist_ok=True)
            (base / name).write_text(copied)
        _commit(folder, f'Copy {first.name} for a try')


def _further(text: str) -> str:
    return re.sub(r'vlan: (\d+)', lambda found: f'vlan: {int(found[1]) + 100}', text)


@contextmanager
def _clone() -> Iterator[Path]:
    home = demo_home()
    password, port = home.secret('git_password', 24), home.state()['ports']['git']
    url = f'http://{GIT_USER}:{password}@127.0.0.1:{port}/demo.git'
    with tempfile.TemporaryDirectory() as folder:
        _git(Path('/'), 'clone', '-q', url, folder)
        yield Path(folder)


def _commit(folder: Path, message: str) -> None:
    who = ['-c', 'user.name=Sam Person', '-c', 'user.email=sam@example.com']
    _git(folder, 'add', '--all')
    if _git(folder, 'status', '--porcelain'):
        _git(folder, *who, 'commit', '-qm', message)
        _git(folder, 'push', '-q')


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ['git', *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout
