"""Somebody in front of a real browser, for tests of the pages.

Skipped where there is no Chromium; HEDGEHOG_CHROMIUM names another executable.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from .stack import Stack

__all__ = ['HEDGEHOG', 'Visitor', 'admin', 'browser']

CHROMIUM = os.environ.get('HEDGEHOG_CHROMIUM') or '/usr/bin/chromium'
HEDGEHOG = '/plugins/hedgehog'

# Milliseconds a page may take on a machine that does much else.
PATIENCE = 120_000


@dataclass
class Visitor:
    """Somebody in front of a browser, who notices every error the browser reports."""

    stack: Stack
    page: Any
    complaints: list[str] = field(default_factory=list)
    web: str = ''

    def __post_init__(self) -> None:
        self.web = self.web or self.stack.web
        self.page.set_default_timeout(PATIENCE)
        self.page.on('pageerror', lambda error: self.complaints.append(f'script: {error}'))
        self.page.on('response', self._judge)

    def _judge(self, response: Any) -> None:
        if response.status >= 400:
            self.complaints.append(f'{response.status} {response.url}')

    def go(self, path: str) -> Any:
        try:
            answer = self.page.goto(f'{self.web}{path}')
        except Exception as error:
            # A page that reloads itself at this very moment ends the navigation.
            ended = ('ERR_ABORTED', 'interrupted by another navigation')
            if not any(words in str(error) for words in ended):
                raise
            self.settle()
            answer = self.page.goto(f'{self.web}{path}')
        self.settle()
        return answer

    def settle(self) -> None:
        """Waits until the page is there and has what it asks for; streams of it go on."""
        self.page.wait_for_load_state('load')
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        self.page.wait_for_timeout(100)
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")

    def sign_in(self, user: str, password: str) -> None:
        self.go('/login/')
        self.page.fill('#id_username', user)
        self.page.fill('#id_password', password)
        self.page.click('button[type=submit]')
        self.settle()

    def press(self, selector: str) -> None:
        self.page.click(selector)
        self.settle()

    def choose(self, field_name: str, text: str) -> None:
        """Picks an object in one of NetBox's search boxes."""
        self.page.click(f'#id_{field_name}-ts-control')
        self.page.keyboard.type(text)
        self.page.click(f'#id_{field_name}-ts-dropdown .option:has-text("{text}")')

    def text(self) -> str:
        return str(self.page.inner_text('body'))

    def until_text(self, words: str, seconds: int = 90) -> None:
        """Waits until the page, which refreshes itself, says so."""
        self.page.wait_for_selector(f'text={words}', timeout=seconds * 1000)


@pytest.fixture(scope='module')
def browser() -> Iterator[Any]:
    if not shutil.which(CHROMIUM):
        pytest.skip(f'no browser at {CHROMIUM}; HEDGEHOG_CHROMIUM names another one')
    playwright = pytest.importorskip('playwright.sync_api', reason='playwright is not installed')
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        yield started
        started.close()


@pytest.fixture
def admin(browser: Any, stack: Stack) -> Iterator[Visitor]:
    context = browser.new_context(viewport={'width': 1440, 'height': 900})
    visitor = Visitor(stack, context.new_page())
    visitor.sign_in('admin', stack.admin_password)
    yield visitor
    context.close()
    assert visitor.complaints == []
