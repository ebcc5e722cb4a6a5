"""The engine stands alone: every module of it is imported where Django and NetBox do not exist."""

import subprocess
import sys

PROGRAM = """
import importlib, pkgutil, sys

BLOCKED = {'django', 'netbox', 'rest_framework', 'netbox_hedgehog', 'core', 'extras', 'utilities',
           'rq', 'channels', 'psycopg', 'strawberry', 'django_rq'}

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in BLOCKED:
            raise ImportError(f'{name} was imported by the engine')

sys.meta_path.insert(0, Block())
import hedgehog_gitops

names = ['hedgehog_gitops', *(
    module.name for module in pkgutil.walk_packages(hedgehog_gitops.__path__, 'hedgehog_gitops.')
)]
for name in names:
    importlib.import_module(name)
found = sorted(BLOCKED & {name.partition('.')[0] for name in sys.modules})
assert not found, found
print(len(names))
"""


def test_every_module_is_imported_without_django():
    done = subprocess.run(
        [sys.executable, '-c', PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60


def test_the_check_would_notice():
    """The same program fails when the engine imports something of the other storey."""
    wrong = PROGRAM.replace('import hedgehog_gitops\n', 'import hedgehog_gitops, django\n', 1)
    done = subprocess.run(
        [sys.executable, '-c', wrong], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and 'django was imported by the engine' in done.stderr
