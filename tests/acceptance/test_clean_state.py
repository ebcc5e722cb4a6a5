"""A fabric is deleted and made again by one command, and the evidence says that it is the same."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .samples import vpcs
from .stack import Stack

# A command starts in ten seconds, and in a minute on a busy machine.
pytestmark = pytest.mark.timeout(600)
CHROMIUM = os.environ.get('HEDGEHOG_CHROMIUM') or '/usr/bin/chromium'


def run(stack: Stack, fabric: dict[str, Any], folder: Path, *more: str) -> Any:
    return stack.manage(
        'hedgehog_clean_state',
        *('--fabric', fabric['slug'], '--evidence', str(folder), '--user', 'admin'),
        *more,
        check=False,
    )


def test_the_same_fabric_again(stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository, publish_mode='manual', archive_strategy='keep_in_place')
    person = repository.clone(tmp_path / 'clone')
    raw = person.path / 'fabrics' / fabric['slug'] / 'gitops/raw/three.yaml'
    raw.write_text(vpcs('one', 'two', 'three'))
    person.push('Drop three VPCs')
    assert stack.act(fabric)['status'] == 'completed'
    head, folder = repository.head(), tmp_path / 'evidence'
    done = run(stack, fabric, folder, '--url', stack.web)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {path.stem: json.loads(path.read_text()) for path in folder.glob('*.json')}
    assert found['summary']['same'] is True
    assert found['summary']['objects'] == 3
    assert found['tree-before'] == found['tree-after']
    assert found['rows-before'] == found['rows-after']
    assert len(found['rows-after']) == 3
    assert [call['method'] for call in found['api-log']] == [
        'GET',
        'OPTIONS',
        'DELETE',
        'POST',
        'GET',
    ]
    assert all(call['seconds'] > 0 for call in found['api-log'])
    assert repository.head() == head, 'nothing was missing, so nothing is written'
    again = stack.every(f'fabrics/?slug={fabric["slug"]}')[0]
    assert again['id'] != fabric['id']
    assert again['publish_mode']['value'] == 'manual'
    assert again['archive_strategy']['value'] == 'keep_in_place'
    deleted = stack.every('/api/core/object-changes/?action=delete')
    assert any(change['user_name'] == 'admin' for change in deleted)
    if Path(CHROMIUM).exists():
        assert len(list(folder.glob('*.png'))) == 3
        assert all('(200)' in name for name in found['summary']['pictures'])
    else:
        assert found['summary']['pictures'].startswith('none: ')


def test_what_is_not_in_git_yet_is_not_thrown_away(stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository, publish_mode='manual')
    stack.post('resources/', {'fabric': fabric['id'], 'draft_text': vpcs('draft')})
    done = run(stack, fabric, tmp_path / 'evidence')
    assert done.returncode != 0
    assert 'EditsWait' in done.stderr
    assert stack.get(f'fabrics/{fabric["id"]}/')['id'] == fabric['id']
