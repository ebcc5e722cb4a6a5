"""The engine works where nothing is installed but what it declares: no Django, no NetBox."""

import json
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from .tree import ROOT

# Runs in a fresh interpreter: what is not allowed cannot be imported there, as if it were absent.
PROGRAM = """
import importlib, json, pkgutil, sys
refused = set(json.loads(sys.argv[1]))

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in refused:
            raise ModuleNotFoundError(f'{name} is not installed here', name=name)

sys.meta_path.insert(0, Absent())
for name in sys.argv[2:]:
    importlib.import_module(name)
import hedgehog_gitops
found = ['hedgehog_gitops']
for module in pkgutil.walk_packages(hedgehog_gitops.__path__, 'hedgehog_gitops.'):
    if not module.name.endswith('.__main__'):
        importlib.import_module(module.name)
        found.append(module.name)
loaded = sorted({name.partition('.')[0] for name in sys.modules})
print(json.dumps({'found': found, 'loaded': loaded}))
"""


def run(*first: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        '-W',
        'error',
        '-c',
        PROGRAM,
        json.dumps(sorted(undeclared())),
        *first,
    ]
    return subprocess.run(command, cwd='/', capture_output=True, text=True, check=False)


def undeclared() -> set[str]:
    """Top-level modules of this environment which no declared dependency brings."""
    allowed = needed_by('netbox-hedgehog', set())
    return {
        module
        for module, owners in packages_distributions().items()
        if not {owner.lower().replace('_', '-') for owner in owners} & allowed
    }


def needed_by(name: str, seen: set[str]) -> set[str]:
    """The distribution and all it needs, as this environment has them."""
    seen.add(name)
    for text in distribution(name).requires or []:
        wanted = Requirement(text)
        key = wanted.name.lower().replace('_', '-')
        if key not in seen and (wanted.marker is None or wanted.marker.evaluate({'extra': ''})):
            needed_by(key, seen)
    return seen


def test_every_module_of_the_engine_is_imported_without_django() -> None:
    done = run()
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    written = {
        '.'.join(path.relative_to(ROOT / 'src').with_suffix('').parts).removesuffix('.__init__')
        for path in (ROOT / 'src/hedgehog_gitops').rglob('*.py')
        if path.name != '__main__.py'
    }
    assert set(told['found']) == written
    assert not {'django', 'netbox', 'rest_framework', 'rq', 'redis', 'psycopg'} & set(
        told['loaded']
    )


@pytest.mark.parametrize('module', ['django', 'netbox', 'rest_framework', 'pytest'])
def test_what_is_not_declared_is_absent_there(module: str) -> None:
    done = run(module)
    assert done.returncode != 0
    assert f'{module} is not installed here' in done.stderr


def test_what_is_refused_is_installed() -> None:
    # Otherwise the test above would hold in an environment without NetBox, whatever it does.
    assert {'django', 'netbox', 'rest_framework', 'rq'} <= undeclared()
    assert Path(distribution('netbox').locate_file('netbox')).exists()
