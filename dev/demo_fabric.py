"""The demonstration: a bare repository with a small fabric, and the rows that watch it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import processes
from .home import ROOT, Home
from .say import say, working
from .servers import GIT_USER

__all__ = ['DIRECTORY', 'create_repository', 'create_rows', 'wait_until_read']

SAMPLE = ROOT / 'dev' / 'demo'
DIRECTORY = 'fabrics/lab/gitops'


def create_repository(home: Home) -> None:
    """Makes the bare repository and pushes the sample into the folder for raw files."""
    bare = home.git_root / 'demo.git'
    if bare.exists():
        return
    say('Making the demo repository')
    partly = home.git_root / 'demo.partly'
    shutil.rmtree(partly, ignore_errors=True)
    partly.parent.mkdir(parents=True, exist_ok=True)
    _git('init', '--quiet', '--bare', '--initial-branch=main', partly)
    with tempfile.TemporaryDirectory() as temporary:
        clone = Path(temporary) / 'demo'
        _git('init', '--quiet', '--initial-branch=main', clone)
        shutil.copytree(SAMPLE, clone / DIRECTORY / 'raw')
        _git('-C', clone, 'add', '.')
        _git('-C', clone, 'commit', '--quiet', '-m', 'Describe the laboratory fabric')
        _git('-C', clone, 'push', '--quiet', partly, 'HEAD:main')
    partly.rename(bare)


def create_rows(home: Home, server: str) -> None:
    """Makes the repository's and the fabric's rows; Django has to be set up, the server running."""
    from netbox_hedgehog.models import GitRepository, HedgehogFabric  # set_up first
    from netbox_hedgehog.sync.credentials import seal

    url = f'{server}/demo.git'
    repository = GitRepository.objects.filter(name='Demo').first()
    if repository is None:
        repository = GitRepository(name='Demo', authentication_type='basic')
        repository.description = 'The Git server of the demonstration, on this machine'
    repository.url = url
    login = {'username': GIT_USER, 'password': home.secret('git_password', 24)}
    repository.encrypted_credentials = seal(repository, login)
    repository.full_clean()
    repository.save()
    if not HedgehogFabric.objects.filter(slug='lab').exists():
        fabric = HedgehogFabric(name='Lab', slug='lab', git_repository=repository)
        fabric.gitops_directory, fabric.sync_interval = DIRECTORY, 60
        fabric.description = 'Two spines, four leaves, six servers'
        fabric.full_clean()
        fabric.save()


def wait_until_read(home: Home) -> None:
    """Waits until the worker has brought the sample into NetBox, or says where to look."""
    from netbox_hedgehog.models import HedgehogFabric, HedgehogResource  # set_up first

    def read() -> bool:
        fabric = HedgehogFabric.objects.filter(slug='lab').first()
        return bool(fabric and fabric.gitops_initialized and fabric.resources.exists())

    done = read()
    if not done:
        with working('Waiting for the worker to read the demo fabric'):
            done = processes.wait_for(read, 90, 0.5)
    count = HedgehogResource.objects.filter(fabric__slug='lab').count()
    if done:
        say(f'The demo fabric is in NetBox: {count} resources')
    else:
        say(f'The demo fabric has not been read yet ({count} resources); see {home.log("worker")}')


def _git(*arguments: str | Path) -> None:
    # Whatever stands in the person's own Git configuration has no say here.
    environment = {
        'PATH': os.environ['PATH'],
        'GIT_CONFIG_NOSYSTEM': '1',
        'GIT_CONFIG_GLOBAL': os.devnull,
        'GIT_AUTHOR_NAME': 'Demo Administrator',
        'GIT_AUTHOR_EMAIL': 'admin@example.com',
        'GIT_COMMITTER_NAME': 'Demo Administrator',
        'GIT_COMMITTER_EMAIL': 'admin@example.com',
    }
    subprocess.run(['git', *map(str, arguments)], env=environment, check=True)
