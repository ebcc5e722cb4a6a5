"""The form of fields in a real browser: it writes into the YAML in place, and follows it (R153)."""

from typing import Any

import pytest

from .browsing import HEDGEHOG, Visitor
from .people import Person, Repository
from .samples import vpc
from .stack import Stack

VLAN = '[data-hh-path="spec.subnets.default.vlan"]'


PATH = 'fabrics/fielded/gitops/managed/vpcs/vpc-1.yaml'


@pytest.fixture(scope='module')
def repository(stack: Stack) -> Repository:
    return stack.new_repository()


@pytest.fixture(scope='module')
def row(
    stack: Stack, repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """A VPC with a comment and a field nobody knows, as Git has it."""
    person: Person = repository.clone(tmp_path_factory.mktemp('fields') / 'clone')
    fabric = stack.ready_fabric(repository, name='fielded', slug='fielded')
    person.pull()
    target = person.path / 'fabrics/fielded/gitops/raw/vpc-1.yaml'
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f'{vpc("vpc-1", vlan=1001, octet=1)}  invented: stays  # as it is\n')
    person.push('Drop one')
    stack.act(fabric)
    return dict(stack.resource(fabric, 'VPC', 'vpc-1'))


def test_fields_and_text_follow_each_other(admin: Visitor, row: dict[str, Any]) -> None:
    page = admin.page
    admin.go(f'{HEDGEHOG}/resources/{row["id"]}/edit/')
    text = page.input_value('#id_text')
    assert 'vlan: 1001' in text and 'invented: stays  # as it is' in text

    page.focus('#hh-tab-yaml')
    page.keyboard.press('ArrowLeft')
    page.wait_for_selector(VLAN)
    assert page.is_visible('[data-hh-unshown="spec.invented"]')
    page.fill(VLAN, 'many')
    page.keyboard.press('Tab')
    page.wait_for_selector('#hh-fields [role=alert]:has-text("many is not a whole number.")')
    assert page.input_value('#id_text') == text

    page.fill(VLAN, '1999')
    page.keyboard.press('Enter')
    page.wait_for_selector(f'{VLAN}[data-hh-value="1999"][value="1999"]')
    assert page.input_value('#id_text') == text.replace('vlan: 1001', 'vlan: 1999')
    page.wait_for_selector('#hh-check .hh-added:has-text("vlan: 1999")')

    page.click('#hh-tab-yaml')
    page.fill('#id_text', text.replace('vlan: 1001', 'vlan: 1500'))
    page.click('#hh-tab-fields')
    page.wait_for_selector(f'{VLAN}[value="1500"]')


def test_what_stands_in_a_field_is_committed_and_nothing_else(
    admin: Visitor, stack: Stack, repository: Repository, row: dict[str, Any]
) -> None:
    page = admin.page
    before, head = repository.read(PATH), repository.head()
    assert b'vlan: 1001   # first of the range' in before
    admin.go(f'{HEDGEHOG}/resources/{row["id"]}/edit/')
    page.click('#hh-tab-fields')
    page.fill(VLAN, '1777')
    # Nobody has left the field: the button must wait for it.
    page.click('button[name=_update]')
    page.wait_for_url(f'**/resources/{row["id"]}/')
    stack.until(lambda: repository.head() != head, 'the commit')
    stack.quiet(row['fabric'])

    assert len(repository.commits(head)) == 1
    assert repository.git('diff', '--name-only', head, 'main').split() == [PATH]
    after = repository.read(PATH)
    assert after == before.replace(b'vlan: 1001', b'vlan: 1777')
    assert repository.git('log', '-1', '--format=%an', 'main').strip() == 'Ada Admin'
    saved = stack.get(f'resources/{row["id"]}/')
    assert saved['draft_spec'] is None
    assert saved['desired_spec']['subnets']['default']['vlan'] == 1777
    admin.go(f'{HEDGEHOG}/resources/{row["id"]}/edit/')
    assert page.input_value('#id_text') == after.decode()
