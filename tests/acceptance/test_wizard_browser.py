"""The wizard in a real browser: from nothing to a synchronised fabric, and back again (R152)."""

import pytest

from .browsing import HEDGEHOG, Visitor
from .people import GIT_USER
from .samples import vpc
from .stack import Stack

pytestmark = pytest.mark.timeout(900)

BASE = 'sites/berlin'


def test_from_a_new_repository_to_a_synchronised_fabric(
    admin: Visitor, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository = stack.new_repository()
    person = repository.clone(tmp_path_factory.mktemp('wizard') / 'clone')
    there = person.path / BASE / 'old.yaml'
    there.parent.mkdir(parents=True)
    there.write_text(vpc('vpc-1', vlan=1001, octet=1))
    head, page = person.push('YAML from before'), admin.page

    admin.go(f'{HEDGEHOG}/fabrics/')
    admin.press('a:has-text("Add Through Wizard")')
    admin.press('a:has-text("Enter a new repository")')
    page.fill('#id_name', 'Through the wizard')
    page.fill('#id_url', repository.url)
    page.evaluate("document.getElementById('id_authentication_type').tomselect.setValue('basic')")
    page.fill('#id_credential_username', GIT_USER)
    page.fill('#id_credential_password', 'mistyped')
    admin.press('button[name=_create]')

    # The page itself contacts the server; what is wrong is told with what to do.
    page.wait_for_selector('#hh-answer .alert-danger')
    assert not page.is_visible('#hh-answer a:has-text("Next")')
    assert 'mistyped' not in page.content()
    admin.press('a:has-text("Edit repository")')
    assert page.input_value('#id_credential_password') == ''
    page.fill('#id_credential_username', GIT_USER)
    page.fill('#id_credential_password', stack.git_password)
    admin.press('button[name=_update]')
    admin.until_text(f'main is at {head[:12]}')
    assert stack.git_password not in page.content()
    admin.press('#hh-answer a:has-text("Next")')

    # By the keyboard alone: the name, the folder, and on.
    page.locator('#id_name').press_sequentially('Berlin')
    page.keyboard.press('Tab')
    assert page.input_value('#id_slug') == 'berlin'
    page.focus('input[name=folder][value="+"]')
    for _ in range(20):
        page.keyboard.press('ArrowDown')
        if page.input_value('input[name=folder]:checked') == BASE:
            break
    assert page.input_value('input[name=folder]:checked') == BASE
    admin.press('main button:has-text("Next"), .page-body button:has-text("Next")')
    assert f'{BASE}/old.yaml' in admin.text() and 'moved to raw/' in admin.text()
    assert repository.head() == head

    # Back, and what was entered is still there.
    page.go_back()
    admin.settle()
    assert page.input_value('#id_name') == 'Berlin'
    page.go_forward()
    admin.settle()
    page.check('input[name=existing][value=archive]')
    admin.press('button:has-text("Show what that would do")')
    assert '.hnp/archive/old.yaml' in admin.text()
    page.check('input[name=existing][value=organise]')
    admin.press('button:has-text("Show what that would do")')
    assert f'{BASE}/managed/vpcs/vpc-1.yaml' in admin.text()
    admin.press('button[name=_begin]')

    (fabric,) = stack.every('fabrics/?slug=berlin')
    operation = page.url.removeprefix(stack.web)
    stack.finished(int(operation.strip('/').rpartition('/')[2]))
    assert f'{BASE}/managed/vpcs/vpc-1.yaml' in repository.files()
    assert len(repository.commits(head)) == 1
    assert repository.git('log', '-1', '--format=%an', 'main').strip() == 'Ada Admin'
    stack.quiet(fabric)
    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/')
    admin.until_text('In sync')

    admin.go(operation)
    admin.press('button[name=_undo]')
    stack.quiet(fabric)
    assert repository.files(BASE) == [f'{BASE}/old.yaml']
