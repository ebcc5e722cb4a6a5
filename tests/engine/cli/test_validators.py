"""Validators of packages that are really installed: asked by every verb, named when they break."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..workshop import BASE, Workshop, vpc

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / 'tests' / 'packages'
RAW = f'{BASE}/raw/drop.yaml'
BER = f'{BASE}/managed/vpcs/ber-1.yaml'


@pytest.fixture(scope='session')
def installed(tmp_path_factory: pytest.TempPathFactory):
    """Installs packages into a folder of their own and returns it."""

    def install(*names: str) -> Path:
        target = tmp_path_factory.mktemp('site')
        sources = tmp_path_factory.mktemp('sources')
        for name in names:
            copy = sources / name
            copy.mkdir()
            for file in (PACKAGES / name).glob('*.*'):
                (copy / file.name).write_bytes(file.read_bytes())
            command = [
                sys.executable, '-m', 'pip', 'install', '--quiet', '--no-index', '--no-deps',
                '--no-build-isolation', '--target', str(target), str(copy),
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        return target

    return install


@pytest.fixture(scope='session')
def naming(installed) -> Path:
    return installed('site-naming')


@pytest.fixture(scope='session')
def naming_and_broken(installed) -> Path:
    return installed('site-naming', 'broken-naming')


def call(lab: Workshop, site: Path | None, verb: str, *words: str) -> tuple[int, dict[str, Any]]:
    """Runs the command as a person does, with the packages of `site` installed."""
    path = os.pathsep.join(str(each) for each in (site, ROOT / 'src') if each)
    program = 'from hedgehog_gitops.cli import main; main()'
    command = [sys.executable, '-c', program, verb, str(lab.clone)]
    done = subprocess.run(
        [*command, '--fabric-dir', str(BASE), '--json', *words],
        env={**os.environ, 'PYTHONPATH': path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def said(answer: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [finding for finding in answer['findings'] if finding['code'] == code]


def test_check_asks_it_and_names_the_place(lab: Workshop, naming: Path) -> None:
    lab.commit({f'{BASE}/managed/vpcs/one.yaml': vpc('one'), BER: vpc('ber-1')})
    status, answer = call(lab, naming, 'check')
    (finding,) = said(answer, 'SitePrefixMissing')
    assert status == 1
    assert (finding['file'], finding['line']) == (f'{BASE}/managed/vpcs/one.yaml', 4)
    assert (finding['field'], finding['suggestion']) == ('metadata.name', 'ber-one')
    assert finding['resource'] == 'vpc.githedgehog.com/VPC/default/one'


def test_what_was_kept_before_it_was_installed_is_not_believed(lab: Workshop, naming: Path) -> None:
    lab.commit({f'{BASE}/managed/vpcs/one.yaml': vpc('one')})
    assert call(lab, None, 'check')[0] == 0
    assert call(lab, naming, 'check')[0] == 1
    assert call(lab, None, 'check')[0] == 0


def test_many_files_are_checked_by_several_processes(lab: Workshop, naming: Path) -> None:
    lab.commit({f'{BASE}/managed/vpcs/v-{n}.yaml': vpc(f'v-{n}') for n in range(402)})
    _, answer = call(lab, naming, 'check')
    assert len(said(answer, 'SitePrefixMissing')) == 402


def test_ingest_and_edit_ask_it_too(lab: Workshop, naming: Path) -> None:
    lab.commit({RAW: vpc('one')})
    _, answer = call(lab, naming, 'ingest')
    assert said(answer, 'SitePrefixMissing')
    # An edit is told what it makes wrong, not what was wrong before.
    words = ('--resource', 'VPC/one', '--set', 'spec.subnets.default.vlan=1002')
    _, answer = call(lab, naming, 'edit', *words)
    assert answer['commit']
    assert not said(answer, 'SitePrefixMissing')


def test_one_that_breaks_is_named_and_keeps_nobody_from_being_asked(
    lab: Workshop, naming_and_broken: Path
) -> None:
    lab.commit({f'{BASE}/managed/vpcs/one.yaml': vpc('one')})
    for _ in range(2):
        status, answer = call(lab, naming_and_broken, 'check')
        assert status == 1
        assert len(said(answer, 'SitePrefixMissing')) == 1
        broken = [finding['message'] for finding in said(answer, 'ValidatorBroken')]
        assert len(broken) == 3
        assert all('broken-naming 0.0.9' in message for message in broken)
        assert any('it broke' in message for message in broken)
        assert any('answered str' in message for message in broken)
        assert any('missing' in message for message in broken)
