"""A browser that takes each page light and dark; for `dev/screenshots.py`."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .cut_off import CUT_OFF
from .prepare import ADMINISTRATOR

__all__ = ['HEDGEHOG', 'Camera', 'NotShown', 'camera', 'row_of']

CHROMIUM = os.environ.get('HEDGEHOG_CHROMIUM') or '/usr/bin/chromium'
HEDGEHOG = '/plugins/hedgehog'
WIDTH, HEIGHT, HIGHEST = 1280, 800, 1800
# Milliseconds a page may take on a machine that does much else.
PATIENCE = 90_000


class NotShown(Exception):
    """A page never showed what it should have."""


@dataclass
class Camera:
    """One page of a browser whose user is signed in; what is taken goes into `folder`."""

    page: Any
    address: str
    folder: Path
    taken: set[str] = field(default_factory=set)
    cut: dict[str, list[str]] = field(default_factory=dict)

    def open(self, path: str) -> None:
        """Goes to an address below the plugin's, or a whole one."""
        whole = path if path.startswith('http') else f'{self.address}{HEDGEHOG}{path}'
        for _ in range(3):
            try:
                answer = self.page.goto(whole)
                break
            except Exception as problem:
                # A page that loads itself anew at this very moment ends the navigation.
                if 'ERR_ABORTED' not in str(problem) and 'interrupted' not in str(problem):
                    raise
        else:
            raise NotShown(f'{whole} was never reached')
        if answer is not None and answer.status != 200:
            raise NotShown(f'{whole} answered {answer.status}')
        self.settle()

    def settle(self) -> None:
        """Waits until the page is there and has what it asks for; streams of it go on."""
        self.page.wait_for_load_state('load')
        for _ in range(2):
            self.page.wait_for_timeout(250)
            self.page.wait_for_function("() => !document.querySelector('.htmx-request')")

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.settle()

    def first(self, path: str, text: str = '') -> str:
        """Opens the first object of a list, or the first with that text; returns its address."""
        self.open(path)
        links = self.page.locator(row_of(path))
        self.click_on(links.filter(has_text=text) if text else links)
        return str(self.page.url)

    def click_on(self, found: Any) -> None:
        found.first.click()
        self.settle()

    def until(self, path: str, selector: str = '', tries: int = 60) -> None:
        """Looks at a list or a page again and again until it has a row, or what is asked for."""
        selector = selector or row_of(path)
        for _ in range(tries):
            self.open(path)
            if self.page.locator(selector).count():
                return
            time.sleep(2)
        raise NotShown(f'{path} never showed {selector}')

    def take(self, name: str) -> None:
        """Takes the page as it is, as long as it is, in both colours."""
        page = self.page
        # What a finished action said is not about the page.
        page.evaluate("document.querySelectorAll('.toast').forEach(each => each.remove())")
        page.mouse.move(0, 0)
        if cut := page.evaluate(CUT_OFF):
            self.cut[name] = cut
        long = page.evaluate('document.documentElement.scrollHeight')
        page.set_viewport_size({'width': WIDTH, 'height': min(max(long, HEIGHT), HIGHEST)})
        for colours in ('light', 'dark'):
            page.evaluate(_COLOURS, colours)
            page.wait_for_timeout(250)
            suffix = '-dark' if colours == 'dark' else ''
            page.screenshot(path=self.folder / f'{name}{suffix}.png', animations='disabled')
        page.evaluate(_COLOURS, 'light')
        page.set_viewport_size({'width': WIDTH, 'height': HEIGHT})
        self.taken.add(name)

    def show(self, name: str, path: str) -> None:
        """Opens a page and takes it."""
        self.open(path)
        self.take(name)

    def choose(self, name: str, value: str) -> None:
        """Sets a select box, with or without NetBox's search in it."""
        self.page.evaluate(
            """([name, value]) => {
                const field = document.querySelector('#id_' + name);
                (field.tomselect ?? { setValue: each => { field.value = each; } }).setValue(value);
            }""",
            [name, value],
        )

    def number(self, pattern: str) -> str:
        """The number that a link of the page has."""
        return re.search(pattern, self.page.content())[1]


def row_of(path: str) -> str:
    """Where a list links to its objects."""
    base = path.partition('?')[0]
    return f'table.object-list tbody a[href^="{HEDGEHOG}{base}"]'


_COLOURS = """colours => {
    for (const each of [document.documentElement, document.body])
        if (each.hasAttribute('data-bs-theme')) each.setAttribute('data-bs-theme', colours);
}"""


@contextmanager
def camera(address: str, password: str, folder: Path) -> Iterator[Camera]:
    """Signs in as the demo's administrator."""
    from playwright.sync_api import sync_playwright  # only the pictures need it

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        size = {'width': WIDTH, 'height': HEIGHT}
        page = browser.new_context(viewport=size, color_scheme='light').new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f'{address}/login/')
        page.fill('#id_username', ADMINISTRATOR)
        page.fill('#id_password', password)
        page.click('button[type=submit]')
        page.wait_for_selector('a[href="/logout/"]', state='attached')
        try:
            yield Camera(page, address, folder)
        finally:
            browser.close()
