"""The pages in a real browser: from an empty plugin to a commit in Git, by clicking (R151-R160)."""

import re
from typing import Any

import pytest

from dev.cut_off import CUT_OFF

from .browsing import HEDGEHOG, Visitor
from .people import GIT_USER, Person, Repository
from .samples import vpc
from .stack import Stack

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope='module')
def repository(stack: Stack) -> Repository:
    return stack.new_repository()


@pytest.fixture(scope='module')
def person(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Person:
    return repository.clone(tmp_path_factory.mktemp('browser') / 'clone')


@pytest.fixture(scope='module')
def fabric(stack: Stack, repository: Repository, person: Person) -> dict[str, Any]:
    """A fabric with two VPCs, made without the browser."""
    ready = stack.ready_fabric(repository, name='browsed', slug='browsed')
    person.pull()
    for number in (1, 2):
        target = person.path / 'fabrics/browsed/gitops/raw' / f'vpc-{number}.yaml'
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(vpc(f'vpc-{number}', vlan=1000 + number, octet=number))
    person.push('Drop two')
    stack.act(ready)
    return ready


def test_from_a_repository_to_a_synchronised_fabric(admin: Visitor, stack: Stack) -> None:
    repository = stack.new_repository()
    admin.go(f'{HEDGEHOG}/repositories/add/')
    admin.page.fill('#id_name', 'By hand')
    admin.page.fill('#id_url', repository.url)
    admin.page.evaluate(
        "document.getElementById('id_authentication_type').tomselect.setValue('basic')"
    )
    admin.page.fill('#id_credential_username', GIT_USER)
    admin.page.fill('#id_credential_password', stack.git_password)
    assert not admin.page.is_visible('#id_credential_token')
    admin.press('button[name=_create]')
    assert stack.git_password not in admin.page.content()

    admin.press('button[name=_test]')
    admin.until_text(f'main is at {repository.head()[:12]}')

    admin.go(f'{HEDGEHOG}/fabrics/add/')
    admin.page.locator('#id_name').press_sequentially('Clicked')
    admin.page.keyboard.press('Tab')
    assert admin.page.input_value('#id_slug') == 'clicked'
    admin.choose('git_repository', 'By hand')
    admin.press('button[name=_create]')
    admin.until_text('Initialised')
    admin.press('button[name=_sync]')
    admin.until_text('In sync')
    assert 'fabrics/clicked/gitops/.hnp/manifest.yaml' in repository.files()


def test_an_edit_in_the_page_becomes_one_commit_of_the_user(
    admin: Visitor, stack: Stack, fabric: dict[str, Any], repository: Repository, person: Person
) -> None:
    row = stack.resource(fabric, 'VPC', 'vpc-1')
    path = 'fabrics/browsed/gitops/managed/vpcs/vpc-1.yaml'
    before, head = repository.read(path).decode(), repository.head()

    admin.go(f'{HEDGEHOG}/resources/{row["id"]}/edit/')
    shown = admin.page.input_value('#id_text')
    assert shown == before
    admin.page.fill('#id_text', shown.replace('vlan: 1001', 'vlan: 1999'))
    admin.page.fill('#id_changelog_message', 'Move vpc-1 to VLAN 1999')
    admin.press('button[name=_update]')
    stack.until(lambda: repository.head() != head, 'the commit')
    stack.quiet(fabric)

    assert len(repository.commits(head)) == 1
    assert repository.git('log', '-1', '--format=%an|%s', 'main').strip() == (
        'Ada Admin|Move vpc-1 to VLAN 1999'
    )
    assert repository.read(path).decode() == before.replace('vlan: 1001', 'vlan: 1999')
    admin.go(f'{HEDGEHOG}/resources/{row["id"]}/')
    assert 'Waiting to be published' not in admin.text()
    assert 'What the draft changes' not in admin.text()

    # A person's edit of the same file comes back the other way.
    person.pull()
    target = person.path / path
    target.write_text(target.read_text().replace('vlan: 1999', 'vlan: 1500'))
    person.push('By a person')
    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/')
    admin.press('button[name=_sync]')
    stack.quiet(fabric)
    stack.until(
        lambda: (
            stack.get(f'resources/{row["id"]}/')['desired_spec']['subnets']['default']['vlan']
            == 1500
        ),
        'the row to follow',
    )
    admin.go(f'{HEDGEHOG}/resources/{row["id"]}/')
    assert 'vlan: 1500' in admin.text()


def test_the_editor_helps_and_refuses(
    admin: Visitor, stack: Stack, fabric: dict[str, Any], repository: Repository
) -> None:
    row, head = stack.resource(fabric, 'VPC', 'vpc-2'), repository.head()
    admin.go(f'{HEDGEHOG}/resources/{row["id"]}/edit/')
    text = admin.page.input_value('#id_text')
    numbers = admin.page.inner_text('.hh-gutter').split()
    assert numbers == [str(number) for number in range(1, text.count('\n') + 2)]

    admin.page.focus('#id_text')
    admin.page.keyboard.press('Control+End')
    admin.page.keyboard.press('Tab')
    assert admin.page.input_value('#id_text') == f'{text}  '
    admin.page.keyboard.press('Escape')
    admin.page.keyboard.press('Tab')
    assert admin.page.evaluate('document.activeElement.id') != 'id_text'

    admin.page.fill('#id_text', text.replace('spec:', 'spec: ['))
    admin.press('button[name=_update]')
    complaint = re.search(r'Line (\d+), column \d+: ', admin.text())
    assert complaint
    assert admin.page.inner_text('.hh-gutter .hh-bad').strip() == complaint[1]

    admin.page.fill('#id_text', text.replace('name: vpc-2', 'name: vpc-3'))
    admin.press('button[name=_update]')
    assert 'vpc-3' in admin.page.inner_text('[role=alert].text-danger')
    assert repository.head() == head


def test_a_conflict_is_decided_by_three_clicks(
    admin: Visitor, stack: Stack, fabric: dict[str, Any], repository: Repository, person: Person
) -> None:
    row = stack.resource(fabric, 'VPC', 'vpc-2')
    path = 'fabrics/browsed/gitops/managed/vpcs/vpc-2.yaml'
    with stack.paused_worker():
        spec = stack.get(f'resources/{row["id"]}/')['desired_spec']
        spec['subnets']['default']['vlan'] = 2222
        stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})
        person.pull()
        target = person.path / path
        target.write_text(target.read_text().replace('vlan: 1002', 'vlan: 3333'))
        person.push('Set VLAN 3333')
    stack.act(fabric)
    head = repository.head()

    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/conflicts/')
    admin.press('table.object-list tbody a:has-text("vpc-2")')
    admin.press('a:has-text("Decide")')
    assert all(words in admin.text() for words in ('1002', '2222', '3333', 'admin'))
    admin.page.check('input[name="side-0"][value="gui_value"]')
    admin.press('button:has-text("Preview")')
    assert '+' in admin.text() and repository.head() == head
    admin.press('button[value="user_decision"]:has-text("Decide")')
    stack.until(lambda: repository.head() != head, 'the commit')
    stack.quiet(fabric)
    assert b'vlan: 2222' in repository.read(path)
    assert repository.git('log', '-1', '--format=%an', 'main').strip() == 'Ada Admin'
    admin.until_text('Resolved')


def test_every_page_opens_without_an_error(
    browser: Any, stack: Stack, fabric: dict[str, Any]
) -> None:
    context = browser.new_context(viewport={'width': 1440, 'height': 900})
    visitor = Visitor(stack, context.new_page())
    visitor.sign_in('admin', stack.admin_password)
    visitor.go(f'{HEDGEHOG}/overview/')
    menu = visitor.page.eval_on_selector_all(
        f'aside a[href*="{HEDGEHOG}/"]', 'links => links.map(link => link.getAttribute("href"))'
    )
    assert len(menu) > 20
    own = f'{HEDGEHOG}/fabrics/{fabric["id"]}/'
    row = stack.resource(fabric, 'VPC', 'vpc-1')['id']
    operation = stack.operations(fabric)[0]['id']
    pages = [
        own,
        *(
            f'{own}{tab}/'
            for tab in ('resources', 'topology', 'operations', 'conflicts', 'outbox', 'edit')
        ),
        *(f'{own}{tab}/' for tab in ('files', 'history', 'health', 'duplicates', 'upload')),
        *(f'{own}{tab}/' for tab in ('archive', 'checkpoints', 'templates', 'uploads', 'wiring')),
        f'{own}files/?folder=managed/vpcs',
        f'{own}files/?path=managed/vpcs/vpc-1.yaml',
        f'{HEDGEHOG}/resources/{row}/edit/',
        f'{HEDGEHOG}/fabrics/onboard/',
        *(
            f'{HEDGEHOG}/fabrics/onboard/{step}'
            f'/?repository={fabric["git_repository"]["id"]}&name=N&branch=main&folder=%2B'
            for step in ('connection', 'folder', 'preview')
        ),
        f'{HEDGEHOG}/resources/{row}/',
        f'{HEDGEHOG}/operations/{operation}/',
        *(f'{HEDGEHOG}/conflicts/{each["id"]}/' for each in stack.get('conflicts/')['results']),
        f'{HEDGEHOG}/repositories/{fabric["git_repository"]["id"]}/',
        f'{HEDGEHOG}/help/hedgehogfabric/',
    ]
    wrong = []
    # The lists of the menu hold what other tests made, under names as long as those liked: they may
    # be scrolled. The fabric's own pages may not need it.
    for path in dict.fromkeys((*menu, *pages)):
        assert visitor.go(path).status == 200, path
        assert visitor.page.evaluate(UNNAMED) == [], path
        for width in (1440, 1280):
            visitor.page.set_viewport_size({'width': width, 'height': 900})
            wrong += [
                f'{path} at {width}: {cut}'
                for cut in visitor.page.evaluate(CUT_OFF)
                if not (path in menu and 'table-responsive' in cut)
            ]
            if visitor.page.evaluate(ROWS_OF_TABS) > 1:
                wrong.append(f'{path} at {width}: its tabs stand in several rows')
    assert wrong == []
    context.close()
    assert visitor.complaints == []


def test_who_may_only_look_finds_no_button(
    browser: Any, stack: Stack, fabric: dict[str, Any]
) -> None:
    stack.manage('shell', '--no-imports', '-c', READER)
    context = browser.new_context(viewport={'width': 1440, 'height': 900})
    visitor = Visitor(stack, context.new_page())
    visitor.sign_in('looker', 'only-looking')
    row = stack.resource(fabric, 'VPC', 'vpc-1')['id']
    for path in (
        f'{HEDGEHOG}/overview/',
        f'{HEDGEHOG}/fabrics/{fabric["id"]}/',
        f'{HEDGEHOG}/resources/{row}/',
        f'{HEDGEHOG}/repositories/{fabric["git_repository"]["id"]}/',
    ):
        assert visitor.go(path).status == 200, path
        found = visitor.page.eval_on_selector_all(
            'form[action], a[href*="/edit/"], a[href*="/add/"], [hx-get*="/delete/"]',
            'all => all.map(each => ["action", "href", "hx-get"].map('
            'name => each.getAttribute(name)).join(" "))',
        )
        assert [each for each in found if each.strip().startswith(HEDGEHOG)] == [], path
    context.close()
    assert visitor.complaints == []


# What can be typed into, chosen or pressed and has no name a screen reader could say.
UNNAMED = """() => [...document.querySelector('.page-wrapper')
    .querySelectorAll('input, select, textarea, button')]
    .filter(each => each.offsetParent && each.type !== 'hidden')
    .filter(each => ![...(each.labels ?? [])].some(label => label.textContent.trim())
        && !['aria-label', 'aria-labelledby', 'title'].some(name => each.getAttribute(name))
        && !each.textContent.trim() && !(each.type === 'submit' && each.value))
    .map(each => each.outerHTML.slice(0, 200))"""

# In how many rows the tabs of a list of them stand at most; a form may have a second list.
ROWS_OF_TABS = """() => Math.max(0, ...[...document.querySelectorAll(".hh-fabric-tabs")].map(list =>
    new Set([...list.children].filter(each => each.offsetParent).map(each => each.offsetTop))
    .size))"""

READER = """
from django.contrib.contenttypes.models import ContentType
from users.models import ObjectPermission, User
user, _ = User.objects.get_or_create(username='looker')
user.set_password('only-looking')
user.save()
permission, _ = ObjectPermission.objects.get_or_create(name='a looker looks', actions=['view'])
permission.object_types.set(ContentType.objects.filter(app_label='netbox_hedgehog'))
permission.users.add(user)
"""
