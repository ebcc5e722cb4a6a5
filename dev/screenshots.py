"""Takes the pictures of README and docs from the running product: `./run`, then this module.

    .dev/venv/bin/python -m dev.screenshots

Every main page is taken light and dark into `.dev/pictures/`, to be looked at. Those that README or
docs show are made small and put into `docs/images/`, and nothing else lies there.

What the pages show is what the demo holds, and nothing is saved but for one thing: for the pictures
of a conflict somebody pushes to the demo's repository while NetBox has a draft, for those of
duplicates somebody pushes copies, and for those of the wizard a folder with old YAML. All of it is
taken back in the end. HEDGEHOG_CHROMIUM names another browser, HEDGEHOG_ADDRESS and
HEDGEHOG_PASSWORD another product.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .home import DEV, ROOT, demo_home
from .prepare import ADMINISTRATOR
from .servers import GIT_USER

__all__ = ['main']

CHROMIUM = os.environ.get('HEDGEHOG_CHROMIUM') or '/usr/bin/chromium'
PICTURES = DEV / 'pictures'
IMAGES = ROOT / 'docs' / 'images'
HEDGEHOG = '/plugins/hedgehog'
SIZE = {'width': 1440, 'height': 960}


def main() -> int:
    """Takes every picture; the exit status says whether all of them were taken."""
    address, password = _product()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for colours, suffix in (('light', ''), ('dark', '-dark')):
        with _signed_in(address, password, colours) as page:
            fabric = _take_fabric(page, address, suffix)
            _take_lists(page, address, suffix)
            _take_tabs(page, fabric, suffix)
            _take_resource(page, address, suffix)
            _take_conflict(page, address, suffix)
            _take_duplicates(page, address, suffix)
            _take_wizard(page, address, suffix)
    used = _used()
    for name in used:
        _shrink(name)
    for stale in IMAGES.glob('*.png'):
        if stale.stem not in used:
            stale.unlink()
    print(f'{len(list(PICTURES.glob("*.png")))} pictures in {PICTURES}, {len(used)} in {IMAGES}')
    return 0


def _used() -> set[str]:
    """The pictures that README and docs show."""
    pages = (ROOT / 'README.md', *(ROOT / 'docs').rglob('*.md'))
    found = (re.findall(r'images/([a-z-]+)\.png', page.read_text()) for page in pages)
    return {name for names in found for name in names}


def _shrink(name: str) -> None:
    """A page has few colours: with 128 of them it is a third as large and looks the same."""
    from PIL import Image  # only this module needs it

    with Image.open(PICTURES / f'{name}.png') as picture:
        small = picture.convert('RGB').quantize(128, dither=Image.Dither.NONE)
        small.save(IMAGES / f'{name}.png', optimize=True)


def _product() -> tuple[str, str]:
    home = demo_home()
    port = home.state().get('ports', {}).get('web')
    address = os.environ.get('HEDGEHOG_ADDRESS') or (port and f'http://127.0.0.1:{port}')
    if not address:
        sys.exit('Nothing is running: start it with ./run, or set HEDGEHOG_ADDRESS.')
    return address, os.environ.get('HEDGEHOG_PASSWORD') or home.secret('admin_password', 20)


@contextmanager
def _signed_in(address: str, password: str, colours: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # only this module needs it

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        page = browser.new_context(viewport=SIZE, color_scheme=colours).new_page()
        page.goto(f'{address}/login/')
        page.fill('#id_username', ADMINISTRATOR)
        page.fill('#id_password', password)
        page.click('button[type=submit]')
        page.wait_for_selector('a[href="/logout/"]', state='attached')
        yield page
        browser.close()


def _take_lists(page: Any, address: str, suffix: str) -> None:
    for name, path in (
        ('overview', '/overview/'),
        ('fabrics', '/fabrics/'),
        ('resources', '/resources/'),
        ('switches', '/switches/'),
        ('operations', '/operations/'),
        ('near', '/near-duplicates/'),
        ('policies', '/policies/'),
        ('errors', '/errors/'),
        ('repositories', '/repositories/'),
    ):
        _open(page, f'{address}{HEDGEHOG}{path}')
        _take(page, f'{name}{suffix}')


def _take_fabric(page: Any, address: str, suffix: str) -> str:
    """The fabric's own page; returns its address."""
    _open(page, f'{address}{HEDGEHOG}/fabrics/')
    page.click('table.object-list tbody tr td:nth-child(2) a')
    page.wait_for_load_state('networkidle')
    _take(page, f'fabric{suffix}')
    return str(page.url)


def _take_tabs(page: Any, fabric: str, suffix: str) -> None:
    tabs = ('topology', 'files', 'history', 'health', 'duplicates', 'checkpoints', 'templates')
    for name in tabs:
        _open(page, f'{fabric}{name}/')
        _take(page, f'{"tab-" if name == "duplicates" else ""}{name}{suffix}')


def _take_resource(page: Any, address: str, suffix: str) -> None:
    """One object's page, its fields, and its editor with a finding and what would be committed."""
    _open(page, f'{address}{HEDGEHOG}/resources/?kind=VPC')
    page.click('table.object-list tbody tr td:nth-child(2) a')
    page.wait_for_load_state('networkidle')
    own = page.url
    # The YAML stands below the fold, and it is what the page is about.
    page.set_viewport_size({**SIZE, 'height': 1680})
    _take(page, f'resource{suffix}')
    page.set_viewport_size(SIZE)
    _open(page, f'{own}edit/')
    page.click('#hh-tab-fields')
    page.wait_for_selector('#hh-pane-fields [data-hh-path]')
    page.set_viewport_size({**SIZE, 'height': 1680})
    _take(page, f'fields{suffix}')
    page.set_viewport_size(SIZE)
    page.click('#hh-tab-yaml')
    text = page.input_value('#id_text')
    page.fill('#id_text', re.sub(r'vlan: (\d+)', 'vlan: 5000', text, count=1))
    page.wait_for_selector('#hh-check .hh-added')
    _take(page, f'editor{suffix}')


def _take_conflict(page: Any, address: str, suffix: str) -> None:
    """The same field changed on both sides: its page, and the page where it is decided."""
    _open(page, f'{address}{HEDGEHOG}/resources/?kind=VPC')
    page.click('table.object-list tbody tr td:nth-child(2) a')
    page.wait_for_load_state('networkidle')
    resource = page.url
    fabric = address + re.search(r'href="(/plugins/hedgehog/fabrics/\d+/)"', page.content())[1]
    _set_publishing(page, fabric, 'manual')
    _open(page, f'{resource}edit/')
    text = page.input_value('#id_text')
    vlan = re.search(r'vlan: (\d+)', text)[0]
    page.fill('#id_text', text.replace(vlan, 'vlan: 2001', 1))
    page.click('button[name=_update]')
    page.wait_for_load_state('networkidle')
    name = re.search(r'^  name: (\S+)', text, re.MULTILINE)[1]
    _push(f'managed/vpcs/{name}.yaml', vlan, 'vlan: 3001')
    _press(page, fabric, '_sync')
    conflicts = f'{address}{HEDGEHOG}/conflicts/?resolution_status=pending'
    _until(page, conflicts, 'table.object-list tbody tr td:nth-child(2) a')
    page.click('table.object-list tbody tr td:nth-child(2) a')
    page.wait_for_load_state('networkidle')
    _take(page, f'conflict{suffix}')
    conflict = page.url
    _open(page, f'{conflict}resolve/')
    page.check('input[name="side-0"][value="own"]')
    page.fill('input[name="value-0"]', '2042')
    page.click('button[formaction="?preview"]')
    page.wait_for_load_state('networkidle')
    _take(page, f'decide{suffix}')
    page.click('button[value=git_wins]')
    page.wait_for_load_state('networkidle')
    _push(f'managed/vpcs/{name}.yaml', 'vlan: 3001', vlan)
    _set_publishing(page, fabric, 'direct')
    _press(page, fabric, '_sync')
    _until(page, fabric, 'text=In sync')


def _take_duplicates(page: Any, address: str, suffix: str) -> None:
    """One object in three files: the list, the group, and what settling it would commit."""
    _open(page, f'{address}{HEDGEHOG}/resources/?kind=VPC')
    fabric = address + re.search(r'href="(/plugins/hedgehog/fabrics/\d+/)"', page.content())[1]
    _push_copies()
    _press(page, fabric, '_sync')
    _press(page, f'{fabric}duplicates/', '_scan_duplicates')
    groups = f'{address}{HEDGEHOG}/duplicates/?fabric_id={fabric.rstrip("/").split("/")[-1]}'
    _until(page, groups, 'table.object-list tbody tr td:nth-child(2) a')
    _take(page, f'duplicates{suffix}')
    page.click('table.object-list tbody tr td:nth-child(2) a')
    page.wait_for_load_state('networkidle')
    _take(page, f'duplicate{suffix}')
    _open(page, f'{page.url}settle/')
    page.click('button[formaction="?preview"]')
    page.wait_for_load_state('networkidle')
    page.set_viewport_size({**SIZE, 'height': 1680})
    _take(page, f'settle{suffix}')
    page.set_viewport_size(SIZE)
    _take_back_copies()
    _press(page, fabric, '_sync')
    _press(page, f'{fabric}duplicates/', '_scan_duplicates')


def _take_wizard(page: Any, address: str, suffix: str) -> None:
    """The steps of the wizard, with YAML that is there already; the last button is not pressed."""
    with _clone() as folder:
        place = folder / 'sites' / 'berlin' / 'vpcs.yaml'
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(next(iter(sorted(folder.glob('**/managed/vpcs/*.yaml')))).read_text())
        _commit(folder, 'YAML from before')
    _open(page, f'{address}{HEDGEHOG}/fabrics/onboard/')
    _take(page, f'wizard-repository{suffix}')
    page.select_option('#id_repository', index=1)
    page.click('.hh-narrow button:has-text("Next")')
    page.wait_for_selector('#hh-answer a:has-text("Next")')
    _take(page, f'wizard-connection{suffix}')
    page.click('#hh-answer a:has-text("Next")')
    page.locator('#id_name').press_sequentially('Berlin')
    page.check('input[name=folder][value="sites/berlin"]')
    _take(page, f'wizard-folder{suffix}')
    page.click('.hh-narrow button:has-text("Next")')
    page.wait_for_selector('button[name=_begin]')
    _take(page, f'wizard-preview{suffix}')
    with _clone() as folder:
        (folder / 'sites' / 'berlin' / 'vpcs.yaml').unlink()
        _commit(folder, 'No YAML from before')


def _set_publishing(page: Any, fabric: str, mode: str) -> None:
    _open(page, f'{fabric}edit/')
    page.evaluate(
        """mode => {
            const field = document.querySelector('#id_publish_mode');
            (field.tomselect ?? { setValue: value => { field.value = value; } }).setValue(mode);
        }""",
        mode,
    )
    page.click('button[name=_update]')
    page.wait_for_load_state('networkidle')


def _press(page: Any, address: str, button: str) -> None:
    _open(page, address)
    page.click(f'button[name={button}]')
    page.wait_for_load_state('networkidle')


def _until(page: Any, address: str, selector: str) -> None:
    for _ in range(60):
        _open(page, address)
        if page.locator(selector).count():
            return
        time.sleep(1)
    sys.exit(f'{address} never showed {selector}')


def _push(path: str, old: str, new: str) -> None:
    """A person's change of one file in the demo's repository."""
    with _clone() as folder:
        place = next(folder.glob(f'**/{path}'))
        place.write_text(place.read_text().replace(old, new, 1))
        _commit(folder, f'Set {new} by hand')


def _push_copies() -> None:
    """A person's copies of a VPC, one of them in other words and with another VLAN."""
    with _clone() as folder:
        place = next(iter(sorted(folder.glob('**/managed/vpcs/*.yaml'))))
        base, text = place.parents[2], place.read_text()
        for name, copied in (
            (
                'production',
                re.sub(r'vlan: (\d+)', lambda found: f'vlan: {int(found[1]) + 100}', text),
            ),
            ('examples', text.replace('subnet:', '# which one?\n      subnet:', 1)),
        ):
            (base / name).mkdir(exist_ok=True)
            (base / name / place.name).write_text(copied)
        _commit(folder, f'Copy {place.name} for a try')


def _take_back_copies() -> None:
    with _clone() as folder:
        for name in ('production', 'examples'):
            for place in folder.glob(f'**/{name}/*.yaml'):
                place.unlink()
        _commit(folder, 'Take the copies back')


@contextmanager
def _clone() -> Iterator[Path]:
    home = demo_home()
    password, port = home.secret('git_password', 24), home.state()['ports']['git']
    url = f'http://{GIT_USER}:{password}@127.0.0.1:{port}/demo.git'
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['git', 'clone', '-q', url, folder], check=True)
        yield Path(folder)


def _commit(folder: Path, message: str) -> None:
    who = ['-c', 'user.name=Sam Person', '-c', 'user.email=sam@example.com']
    for arguments in (['add', '--all'], [*who, 'commit', '-qm', message], ['push', '-q']):
        subprocess.run(['git', *arguments], cwd=folder, check=True)


def _open(page: Any, address: str) -> None:
    answer = page.goto(address)
    page.wait_for_load_state('networkidle')
    # None where the browser was on its way there already.
    if answer is not None and answer.status != 200:
        sys.exit(f'{address} answered {answer.status}')


def _take(page: Any, name: str) -> Path:
    target = PICTURES / f'{name}.png'
    page.screenshot(path=target)
    return target


if __name__ == '__main__':
    sys.exit(main())
