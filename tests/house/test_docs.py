"""The docs build without a warning, and say what the code says: settings and reasons."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .tree import ROOT, modules, parsed

REFERENCE = ROOT / 'docs' / 'reference'
ERRORS = {'NeedsPerson', 'TryAgainLater', 'Rejected', 'BranchMoved', 'OutcomeUnknown'}


def test_the_docs_build_without_a_warning(tmp_path: Path) -> None:
    command = [Path(sys.executable).with_name('mkdocs'), 'build', '--strict']
    environment = os.environ | {'NO_MKDOCS_2_WARNING': 'true'}
    done = subprocess.run(
        [*command, '--site-dir', tmp_path / 'site'],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / 'site' / 'index.html').exists()


def test_every_setting_is_described() -> None:
    described = set(re.findall(r'`(\w+)`', (REFERENCE / 'settings.md').read_text()))
    assert len(settings()) > 10
    assert not settings() - described


def settings() -> set[str]:
    """The names in the plugin's `default_settings`."""
    for node in ast.walk(parsed(ROOT / 'src/netbox_hedgehog/__init__.py')):
        if (
            isinstance(node, ast.Assign)
            and getattr(node.targets[0], 'id', '') == 'default_settings'
        ):
            assert isinstance(node.value, ast.Dict)
            return {ast.literal_eval(key) for key in node.value.keys if key}
    return set()


def test_every_reason_is_described() -> None:
    described = set(re.findall(r'`(\w+)`', (REFERENCE / 'reasons.md').read_text()))
    raised = reasons()
    assert len(raised) > 10
    assert not {reason: where for reason, where in raised.items() if reason not in described}


def reasons() -> dict[str, str]:
    """Every reason given as the first argument of an error or as the code of a finding."""
    found: dict[str, str] = {}
    for path in modules('src/hedgehog_gitops', 'src/netbox_hedgehog'):
        if 'tests' in path.parts or 'testing' in path.parts:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and (reason := reason_of(node)):
                found[reason] = f'{path.relative_to(ROOT)}:{node.lineno}'
    return found


def reason_of(call: ast.Call) -> str:
    """The CamelCase word a call of an error class begins with, or the `code` a finding is given."""
    name = getattr(call.func, 'id', getattr(call.func, 'attr', ''))
    given = call.args[:1] if name in ERRORS else []
    if name == 'Finding':
        given = [word.value for word in call.keywords if word.arg == 'code']
    value = given[0].value if given and isinstance(given[0], ast.Constant) else ''
    return value if isinstance(value, str) and re.fullmatch(r'([A-Z][a-z]+){1,6}', value) else ''


@pytest.mark.parametrize('line', ["NeedsPerson('UrlRefused', 'x')", "Finding(code='UrlRefused')"])
def test_a_reason_is_seen(line: str) -> None:
    call = ast.parse(line, mode='eval').body
    assert isinstance(call, ast.Call)
    assert reason_of(call) == 'UrlRefused'


def test_every_page_is_reached_from_the_navigation() -> None:
    told = (ROOT / 'mkdocs.yml').read_text()
    pages = {str(page.relative_to(ROOT / 'docs')) for page in (ROOT / 'docs').rglob('*.md')}
    assert not {page for page in pages if page not in told}
