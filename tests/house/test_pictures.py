"""Every page of the plugin is shown in the docs, light and dark, or there is a reason."""

import importlib.util
import re
from types import ModuleType

from dev.gallery import GUIDE, gallery, gallery_page, without, without_endings

from .tree import ROOT

IMAGES = ROOT / 'docs' / 'images'
MOST_BYTES = 6_500 * 1024


def test_every_page_has_a_picture_or_a_reason() -> None:
    shown = {page for pictures in gallery().values() for each in pictures for page in each.pages}
    excused, endings = without(), without_endings()
    assert not shown & excused
    pages = _pages()
    assert shown | excused <= pages, 'there is no such page'
    assert [
        page
        for page in sorted(pages - shown - excused)
        if not any(page.endswith(f'_{each}') for each in endings)
    ] == []


def test_the_guide_is_what_the_table_says() -> None:
    assert GUIDE.read_text() == gallery_page(), 'write it with python -m dev.screenshots --page'


def test_pictures_are_there_and_small() -> None:
    names = {each.name for pictures in gallery().values() for each in pictures}
    wanted = {f'{name}{dark}.png' for name in names for dark in ('', '-dark')}
    assert {each.name for each in IMAGES.iterdir()} == wanted
    assert sum(each.stat().st_size for each in IMAGES.iterdir()) < MOST_BYTES


def _pages() -> set[str]:
    """The names of all pages; the table of permissions, which a test compares with the router."""
    table = _permission_table()
    models = re.findall(
        r"_model\('[a-z-]+', '([a-z]+)'\)", (ROOT / 'src/netbox_hedgehog/urls.py').read_text()
    )
    assert len(models) > 10
    made = {f'{model}_{end}' if end else model for model in models for end in table.PAGE_ENDINGS}
    there = {page for page in made if page not in _not_there(models)}
    return there | set(table.PAGES) | set(table.OPEN_TO_ALL)


def _permission_table() -> ModuleType:
    place = ROOT / 'src/netbox_hedgehog/tests/permission_table.py'
    spec = importlib.util.spec_from_file_location('permission_table', place)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _not_there(models: list[str]) -> set[str]:
    """Records are written by NetBox alone: nobody adds or edits one."""
    source = '\n'.join(
        each.read_text() for each in (ROOT / 'src/netbox_hedgehog/views').glob('*.py')
    )
    registered = set(re.findall(r"register_model_view\((\w+), '(add|edit)'", source))
    found = {f'{model.lower()}_{action}' for model, action in registered}
    return {f'{model}_{action}' for model in models for action in ('add', 'edit')} - found
