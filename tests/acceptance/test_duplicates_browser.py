"""Duplicates found, settled and taken back in a real browser, and what Git holds each time."""

from collections import Counter
from typing import Any

import pytest
import yaml

from .browsing import HEDGEHOG, Visitor
from .people import Person, Repository
from .samples import vpc
from .stack import Stack

pytestmark = pytest.mark.timeout(900)

BASE = 'fabrics/doubled/gitops/'
MANAGED = f'{BASE}managed/vpcs/'


@pytest.fixture(scope='module')
def repository(stack: Stack) -> Repository:
    return stack.new_repository()


@pytest.fixture(scope='module')
def fabric(
    stack: Stack, repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Three VPCs; the first lies in two other folders as well, the others in one."""
    ready = stack.ready_fabric(repository, name='doubled', slug='doubled')
    person: Person = repository.clone(tmp_path_factory.mktemp('doubled') / 'clone')
    texts = {f'vpc-{number}': vpc(f'vpc-{number}', 1000 + number, number) for number in (1, 2, 3)}
    for name, text in texts.items():
        _write(person, f'raw/{name}.yaml', text)
    person.push('Drop three')
    stack.act(ready)
    person.pull()
    for name, text in texts.items():
        _write(person, f'examples/{name}.yaml', text)
    _write(person, 'production/vpc-1.yaml', texts['vpc-1'].replace('vlan: 1001', 'vlan: 1101'))
    person.push('Copy them for a try')
    stack.act(ready)
    return ready


def test_a_group_is_found_settled_and_taken_back(
    admin: Visitor, stack: Stack, fabric: dict[str, Any], repository: Repository
) -> None:
    page = admin.page
    before, tree = _texts(repository), _tree(repository)
    assert _objects(before) == {('VPC', 'vpc-1'): 3, ('VPC', 'vpc-2'): 2, ('VPC', 'vpc-3'): 2}
    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/duplicates/')
    admin.press('button[name=_scan_duplicates]')
    stack.quiet(fabric)
    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/duplicates/')
    admin.press('table.object-list tbody a:has-text("vpc-1")')
    group = page.url
    admin.press('a[href$="/settle/"]')

    # The rules prefer production/; here somebody knows better.
    assert page.is_checked('input[name=winner][aria-label*="production/vpc-1.yaml"]')
    page.check('input[name=winner][aria-label*="managed/vpcs/vpc-1.yaml"]')
    for folder, action in (('production', 'comment'), ('examples', 'comment_and_move')):
        page.select_option(f'tr:has(input[aria-label*="{folder}/"]) select', action)
    page.fill('#id_notes', 'Only a try')
    head = repository.head()
    admin.press('button[formaction="?preview"]')
    shown = admin.text()
    assert 'What would be committed' in shown
    assert f'{BASE}unmanaged/examples/vpc-1.yaml' in shown and 'vlan: 1101' in shown
    assert repository.head() == head
    admin.press('#hh-settle button[type=submit]:not([formaction])')
    stack.until(lambda: repository.head() != head, 'the settlement')
    stack.quiet(fabric)

    assert len(repository.commits(head)) == 1
    assert repository.git('log', '-1', '--format=%an', 'main').strip() == 'Ada Admin'
    after = _texts(repository)
    assert _objects(after) == {**_objects(before), ('VPC', 'vpc-1'): 1}
    assert after[f'{MANAGED}vpc-1.yaml'] == before[f'{MANAGED}vpc-1.yaml']
    assert f'{BASE}examples/vpc-1.yaml' not in after
    for old, new in (
        ('production/vpc-1.yaml', 'production/vpc-1.yaml'),
        ('examples/vpc-1.yaml', 'unmanaged/examples/vpc-1.yaml'),
    ):
        commented = ''.join(f'# {line}\n' for line in before[BASE + old].splitlines())
        assert after[BASE + new].endswith(commented)

    page.goto(group)
    page.wait_for_selector('button[name=_undo]')
    assert 'Settled' in admin.text()
    head = repository.head()
    admin.press('button[name=_undo]')
    stack.until(lambda: repository.head() != head, 'what takes it back')
    stack.quiet(fabric)
    assert _tree(repository) == tree
    assert len(repository.commits(head)) == 1


def test_several_are_settled_from_the_list_by_one_commit(
    admin: Visitor, stack: Stack, fabric: dict[str, Any], repository: Repository
) -> None:
    page = admin.page
    stack.act(fabric, 'scan-duplicates')
    before, tree, head = _texts(repository), _tree(repository), repository.head()
    admin.go(f'{HEDGEHOG}/duplicates/?fabric_id={fabric["id"]}')
    for name in ('vpc-2', 'vpc-3'):
        page.check(f'table.object-list tbody tr:has-text("{name}") input[name=pk]')
    admin.press('button[name=_settle]')
    assert page.locator('table.object-list tbody tr').count() == 2
    assert repository.head() == head
    admin.press('button[name=_apply]')
    stack.until(lambda: repository.head() != head, 'the settlement')
    stack.quiet(fabric)

    assert len(repository.commits(head)) == 1
    after = _texts(repository)
    assert _objects(after) == {**_objects(before), ('VPC', 'vpc-2'): 1, ('VPC', 'vpc-3'): 1}
    for name in ('vpc-2', 'vpc-3'):
        assert after[f'{MANAGED}{name}.yaml'] == before[f'{MANAGED}{name}.yaml']

    head = repository.head()
    admin.go(f'{HEDGEHOG}/duplicates/?fabric_id={fabric["id"]}')
    admin.press('table.object-list tbody a:has-text("vpc-3")')
    admin.press('button[name=_undo]')
    stack.until(lambda: repository.head() != head, 'what takes both back')
    stack.quiet(fabric)
    assert _tree(repository) == tree


def _write(person: Person, path: str, text: str) -> None:
    target = person.path / BASE / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def _tree(repository: Repository) -> list[str]:
    """Every file with its blob but the log of archived files, which only ever goes on."""
    listed = repository.git('ls-tree', '-r', 'main').splitlines()
    return [line for line in listed if not line.endswith(f'{BASE}.hnp/archive-log.yaml')]


def _texts(repository: Repository) -> dict[str, str]:
    """What describes objects: every YAML file outside the folder of notes."""
    names = (name for name in repository.files(BASE) if name.endswith('.yaml'))
    return {name: repository.read(name).decode() for name in names if '/.hnp/' not in name}


def _objects(texts: dict[str, str]) -> dict[tuple[str, str], int]:
    """How often each object is described, as a YAML reader sees it."""
    documents = (each for text in texts.values() for each in yaml.safe_load_all(text))
    found = (each for each in documents if isinstance(each, dict) and 'metadata' in each)
    return dict(Counter((each['kind'], each['metadata']['name']) for each in found))
