"""What is said twice is said alike: versions, the baseline, NetBox's range."""

import re
import tomllib

import yaml

from .tree import ROOT

PROJECT = tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']
CONFIG = (ROOT / 'src/netbox_hedgehog/__init__.py').read_text()


def said(name: str) -> str:
    """The value of one line of the plugin's configuration class."""
    found = re.search(rf"^    {name} = '([^']+)'$", CONFIG, re.MULTILINE)
    assert found, name
    return found[1]


def test_the_plugin_says_the_version_of_the_distribution() -> None:
    assert said('version') == PROJECT['version']


def test_the_compatibility_file_says_what_the_plugin_says() -> None:
    told = yaml.safe_load((ROOT / 'netbox-plugin.yaml').read_text())
    newest = told['compatibility'][0]
    assert told['package_name'] == PROJECT['name']
    assert newest == {
        'release': PROJECT['version'],
        'netbox_min': said('min_version'),
        'netbox_max': said('max_version'),
    }


def test_the_baseline_is_of_the_locked_netbox() -> None:
    lock = (ROOT / 'requirements/lock.txt').read_text()
    locked = re.search(r'^netbox==([\w.]+)', lock, re.MULTILINE)
    assert locked
    baselines = [path.name for path in (ROOT / 'dev/baseline').iterdir()]
    assert baselines == [f'netbox-{locked[1]}.sql.gz']


def test_every_dependency_is_locked() -> None:
    lock = (ROOT / 'requirements/lock.txt').read_text().lower()
    wanted = [*PROJECT['dependencies'], *(ROOT / 'requirements/dev.in').read_text().splitlines()]
    names = {re.split(r'[\[=><~ ]', line)[0].lower() for line in wanted if not line.startswith('#')}
    assert not {
        name for name in names if f'\n{name}==' not in f'\n{lock}' and f'\n{name}[' not in lock
    }
