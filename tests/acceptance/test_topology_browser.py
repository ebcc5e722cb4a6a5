"""A fabric's picture in a real browser: what is clicked, pointed at and reached by keyboard."""

from pathlib import Path
from typing import Any

import pytest

from .browsing import HEDGEHOG, Visitor
from .stack import Stack

pytestmark = pytest.mark.timeout(900)

DEMO = Path(__file__).parents[2] / 'dev' / 'demo'
CONNECTION = 'spine-01--fabric--leaf-01'
LEAF = 'a.hh-device[data-name="leaf-01"]'

# Where on the screen the line may be clicked: a point of it that nothing else covers.
ON_LINE = """line => {
    const path = line.querySelector('.hh-wide');
    for (const part of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]) {
        const point = path.getPointAtLength(path.getTotalLength() * part)
            .matrixTransform(path.getScreenCTM());
        if (document.elementFromPoint(point.x, point.y)?.closest('a') === line)
            return { x: point.x, y: point.y };
    }
    return null;
}"""
WIDTH = 'each => getComputedStyle(each).strokeWidth'
FOCUSED = 'document.activeElement.getAttribute("href") ?? ""'


@pytest.fixture(scope='module')
def fabric(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The switches, servers and connections of the demo."""
    repository = stack.new_repository()
    ready = stack.ready_fabric(repository, name='drawn', slug='drawn')
    person = repository.clone(tmp_path_factory.mktemp('drawn') / 'clone')
    raw = person.path / 'fabrics/drawn/gitops/raw'
    raw.mkdir(parents=True, exist_ok=True)
    for each in DEMO.glob('*.yaml'):
        (raw / each.name).write_bytes(each.read_bytes())
    person.push('Describe a fabric')
    stack.act(ready)
    return ready


@pytest.fixture
def leaf(stack: Stack, fabric: dict[str, Any]) -> str:
    """The address of the leaf's page."""
    return f'{HEDGEHOG}/resources/{stack.resource(fabric, "Switch", "leaf-01")["id"]}/'


@pytest.fixture
def uplink(stack: Stack, fabric: dict[str, Any]) -> str:
    """The address of the page of the connection between leaf and spine."""
    row = stack.resource(fabric, 'Connection', CONNECTION)
    return f'{HEDGEHOG}/resources/{row["id"]}/'


def test_boxes_and_lines_lead_to_their_objects(
    admin: Visitor, fabric: dict[str, Any], leaf: str, uplink: str
) -> None:
    page = admin.page
    _look(admin, fabric)
    page.click(LEAF)
    page.wait_for_url(f'**{leaf}')
    assert 'leaf-01' in page.inner_text('.page-title')

    _look(admin, fabric)
    point = _line(page, uplink).evaluate(ON_LINE)
    assert point, 'no point of the line is free'
    page.mouse.click(point['x'], point['y'])
    page.wait_for_url(f'**{uplink}')
    assert CONNECTION in page.inner_text('.page-title')


def test_what_is_pointed_at_stands_out(
    admin: Visitor, fabric: dict[str, Any], leaf: str, uplink: str
) -> None:
    page = admin.page
    _look(admin, fabric)
    line = _line(page, uplink)
    thin, box = line.locator('.hh-thin'), page.locator(f'{LEAF} rect')
    page.mouse.move(1, 1)
    at_rest = (thin.evaluate(WIDTH), box.evaluate(WIDTH))
    assert '3px' not in at_rest

    point = line.evaluate(ON_LINE)
    page.mouse.move(point['x'], point['y'])
    assert thin.evaluate(WIDTH) == '3px'

    # A device lights its lines and what is at their other ends, and nothing else.
    page.hover(LEAF)
    assert (thin.evaluate(WIDTH), box.evaluate(WIDTH)) == ('3px', '3px')
    assert 'hh-lit' in page.get_attribute('a.hh-device[data-name="spine-01"]', 'class')
    assert 'hh-lit' not in page.get_attribute('a.hh-device[data-name="leaf-03"]', 'class')
    page.mouse.move(1, 1)
    assert (thin.evaluate(WIDTH), box.evaluate(WIDTH)) == at_rest


def test_the_keyboard_reaches_boxes_and_lines(
    admin: Visitor, fabric: dict[str, Any], leaf: str, uplink: str
) -> None:
    page = admin.page
    _look(admin, fabric)
    page.focus('.hh-topology-frame')
    reached = []
    while leaf not in reached:
        page.keyboard.press('Tab')
        reached.append(page.evaluate(FOCUSED))
        assert len(reached) < 200, reached
    assert uplink in reached
    assert page.locator(f'{LEAF} rect').evaluate(WIDTH) == '3px'
    page.keyboard.press('Enter')
    page.wait_for_url(f'**{leaf}')


def _look(admin: Visitor, fabric: dict[str, Any]) -> None:
    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/topology/')
    admin.page.locator('.hh-topology-frame').scroll_into_view_if_needed()


def _line(page: Any, address: str) -> Any:
    return page.locator(f'a.hh-line-of[href="{address}"]')
