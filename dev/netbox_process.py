"""What a process that runs NetBox is given: the environment, and Django set up in this process."""

import os
from importlib.metadata import version

from .home import ROOT, VENV, Home

__all__ = ['NETBOX_VERSION', 'netbox_environment', 'set_up']

NETBOX_VERSION = version('netbox')


def netbox_environment(home: Home, **more: str) -> dict[str, str]:
    """The environment for a child process that runs NetBox on this home's servers."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith('DATABASE_')}
    path = f'{VENV / "bin"}{os.pathsep}{os.environ.get("PATH", "")}'
    return inherited | _settings(home) | {'PATH': path, 'PYTHONPATH': str(ROOT)} | more


def set_up(home: Home, **more: str) -> None:
    """Sets Django up in this process, on this home's servers."""
    os.environ.update(_settings(home) | more)
    import django  # seconds of imports, which not every command needs

    django.setup()


def _settings(home: Home) -> dict[str, str]:
    root = home.path / 'netbox'
    for folder in ('media', 'reports', 'scripts', 'static'):
        (root / folder).mkdir(parents=True, exist_ok=True)
    return {
        'DJANGO_SETTINGS_MODULE': 'netbox.settings',
        'HEDGEHOG_HOME': str(home.path),
        'NETBOX_CONFIGURATION': 'dev.netbox_configuration',
        'NETBOX_ROOT': str(root),
    }
