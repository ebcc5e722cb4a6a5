"""The Files tab and the lists that follow operations, in a real browser (R157, R147, R220)."""

from typing import Any

import pytest

from .browsing import HEDGEHOG, Visitor
from .samples import vpc
from .stack import Stack

pytestmark = pytest.mark.timeout(900)

BROKEN = 'kind: VPC\nmetadata:\n  name: torn\nspec:\n  subnets: [one\n  vlan: 5\n'


@pytest.fixture(scope='module')
def fabrics(stack: Stack) -> list[dict[str, Any]]:
    return [
        stack.ready_fabric(stack.new_repository(), name=f'listed-{number}', slug=f'listed-{number}')
        for number in (1, 2)
    ]


def test_an_uploaded_broken_file_shows_its_line(
    admin: Visitor, stack: Stack, fabrics: list[dict[str, Any]]
) -> None:
    fabric, page = fabrics[0], admin.page
    files = f'{HEDGEHOG}/fabrics/{fabric["id"]}/files/'
    admin.go(files)
    admin.press('a:has-text("Upload to raw/")')
    page.set_input_files(
        '#id_files',
        [
            {'name': 'torn.yaml', 'mimeType': 'text/yaml', 'buffer': BROKEN.encode()},
            {'name': 'good.yaml', 'mimeType': 'text/yaml', 'buffer': vpc('whole').encode()},
        ],
    )
    admin.press('button[name=_upload]')
    assert page.url.endswith(f'{files}?folder=raw')
    stack.quiet(fabric)

    admin.go(files)
    assert page.inner_text('nav[aria-label=Folders] li:has(a:text-is("raw")) .badge') == '1 E'
    admin.press('nav[aria-label=Folders] a:text-is("raw")')
    row = page.inner_text('tr:has(a:text-is("torn.yaml"))')
    assert '1 E' in row and 'Ada Admin' in row
    admin.press('a:text-is("torn.yaml")')
    line = page.inner_text('tr:has-text("YamlSyntax") a').split(':')[1]
    admin.press('tr:has-text("YamlSyntax") a')
    assert page.get_attribute('.hh-marked', 'id') == f'L{line}'
    assert page.evaluate('location.hash') == f'#L{line}'
    admin.go(f'{files}?folder=managed/vpcs')
    assert page.is_visible('a:text-is("whole.yaml")')


def test_a_list_follows_operations_and_keeps_what_is_selected(
    admin: Visitor, stack: Stack, fabrics: list[dict[str, Any]]
) -> None:
    page = admin.page
    boxes = [f'input[name=pk][value="{fabric["id"]}"]' for fabric in fabrics]
    with stack.paused_worker():
        admin.go(f'{HEDGEHOG}/fabrics/?q=listed')
        for box in boxes:
            page.check(box)
        admin.press('button[name=_bulk_ingest]')
        assert '0 of 2 done' in admin.text()
        admin.go(f'{HEDGEHOG}/fabrics/?q=listed')
        # Its own two, and whatever else has come due meanwhile.
        assert 'operations are at work' in admin.text()
        before = page.inner_text(f'tr:has({boxes[0]})')
        page.check(boxes[0])
        page.evaluate('window.stayed = true')
        page.evaluate(WATCHED, boxes[0])
    idle = '#hh-at-work[data-hh-refresh=idle]'
    page.wait_for_selector(idle, state='attached', timeout=90_000)
    page.wait_for_function(CHANGED, arg=[boxes[0], before])
    assert page.is_checked(boxes[0]) and not page.is_checked(boxes[1])
    assert page.evaluate('document.activeElement.value') == str(fabrics[0]['id'])
    # The page itself was not loaded anew, and hardly anything is asked any more.
    assert page.evaluate('window.stayed') is True
    assert page.is_enabled('button[name=_bulk_scan]')
    asked: list[str] = []
    page.on('request', lambda request: asked.append(request.url))
    page.wait_for_timeout(7000)
    assert asked == []
    # What begins later is noticed all the same.
    before = page.inner_text(f'tr:has({boxes[1]})')
    started = stack.post(f'fabrics/{fabrics[1]["id"]}/sync/', {}, expect=202)
    stack.finished(started['operation']['id'])
    page.wait_for_function(CHANGED, arg=[boxes[1], before], timeout=90_000)
    assert page.is_checked(boxes[0])
    assert page.evaluate('window.stayed') is True
    # Not for a moment was it another selection.
    assert page.evaluate('window.seen.length') > 1
    assert page.evaluate('window.seen').count(False) == 0


# Whether the row of a box says something else than it did.
CHANGED = '([row, old]) => document.querySelector(row).closest("tr").innerText !== old'

# Notes with every change of the table, before anything else runs, whether a box is selected.
WATCHED = """box => {
    window.seen = [];
    new MutationObserver(() => window.seen.push(document.querySelector(box)?.checked))
        .observe(document.getElementById('object_list'), {childList: true});
}"""
