"""Pages as pictures, where a browser can be had: for the evidence folder of `hedgehog_clean_state`.

Chromium is looked for on this machine, Playwright among the installed packages; neither is needed
by the plugin. Where one is missing, the answer says which.
"""

import importlib
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

__all__ = ['take_pictures']

_BROWSERS = ('chromium', 'chromium-browser', 'google-chrome')
_PAGES = {'fabric': '', 'resources': 'resources/', 'changelog': 'changelog/'}


def take_pictures(url: str, fabric_id: int, user: Any, folder: Path) -> list[str] | str:
    """Returns the names of the pictures, or why there are none."""
    if not url:
        return 'none: no address was given (--url)'
    browser = os.environ.get('HEDGEHOG_CHROMIUM') or next(
        filter(None, map(shutil.which, _BROWSERS)), None
    )
    if browser is None:
        return f'none: no browser on this machine ({", ".join(_BROWSERS)})'
    try:
        driving = importlib.import_module('playwright.sync_api')
    except ImportError:
        return 'none: the package playwright is not installed'
    session = _session(user)
    # Playwright runs a loop of its own, in which Django refuses the database.
    os.environ.setdefault('DJANGO_ALLOW_ASYNC_UNSAFE', '1')
    try:
        with driving.sync_playwright() as driver:
            window = driver.chromium.launch(executable_path=browser, args=['--no-sandbox'])
            context = window.new_context(viewport={'width': 1400, 'height': 1000})
            context.add_cookies(
                [{'name': settings.SESSION_COOKIE_NAME, 'value': session.session_key, 'url': url}]
            )
            return [_taken(context, url, fabric_id, name, folder) for name in _PAGES]
    finally:
        session.delete()


def _taken(context: Any, url: str, fabric_id: int, name: str, folder: Path) -> str:
    page = context.new_page()
    place = f'{url.rstrip("/")}/plugins/hedgehog/fabrics/{fabric_id}/{_PAGES[name]}'
    answer = page.goto(place, wait_until='load')
    page.screenshot(path=str(folder / f'{name}.png'), full_page=True)
    page.close()
    return f'{name}.png ({answer.status if answer else "no answer"})'


def _session(user: Any) -> SessionStore:
    """A login of this user's for as long as the pictures take."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session
