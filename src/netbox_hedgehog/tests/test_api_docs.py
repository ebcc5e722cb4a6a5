"""The tables of docs/reference/rest.md name every address there is, and none that is not."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.test import SimpleTestCase

from netbox_hedgehog.api.schema import STANDARD_ACTIONS
from netbox_hedgehog.api.urls import router
from netbox_hedgehog.constants import RATE_LIMITS
from netbox_hedgehog.ui.kinds import KINDS

from .endpoints import rest_endpoints

PAGE = Path(__file__).resolve().parents[3] / 'docs' / 'reference' / 'rest.md'
METHODS = ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
WRITING = {'create', 'update', 'partial_update'}


def first_cells(heading: str) -> Iterator[str]:
    """The first cells of the table below a heading."""
    text = PAGE.read_text().split(f'\n## {heading}\n', 1)[1]
    table = text[text.index('\n|') :].split('\n\n', 1)[0]
    rows = table.strip().splitlines()[2:]
    yield from (row.split('|')[1].strip() for row in rows)


def told_actions() -> list[str]:
    """The actions as the page tells them, with the method and the whole path of each.

    A further path of a cell goes on from the object of the first one, by the same method.
    """
    found = []
    for cell in first_cells('Actions'):
        method = before = ''
        for span in re.findall(r'`([^`]+)`', cell):
            word, _, path = span.rpartition(' ')
            if word in METHODS:
                method, before = word, path[: path.rfind('<id>/') + len('<id>/')]
            elif word:
                raise AssertionError(f'{span!r} begins with no method')
            else:
                path = before + path
            found.append(f'{method} {path}')
    return found


class RestPageTest(SimpleTestCase):
    def test_every_action_is_told_once(self) -> None:
        there = {
            str(each)
            for each in rest_endpoints()
            if not each.spelling and each.action not in STANDARD_ACTIONS and each.path
        }
        told = told_actions()
        self.assertEqual(sorted(there - set(told)), [], f'add them to the table of {PAGE.name}')
        self.assertEqual(sorted(set(told) - there), [], f'{PAGE.name} tells what is not there')
        self.assertEqual(len(told), len(set(told)), 'an action is told twice')

    def test_every_model_is_told_with_what_may_be_done(self) -> None:
        rows = PAGE.read_text().split('\n## Models\n', 1)[1].split('\n## ', 1)[0]
        kinds = {shown.path for shown in KINDS.values()}
        for path, view_set, _ in router.registry:
            if path in kinds:
                self.assertIn(f'`{path}/`', rows)
                continue
            found = re.search(rf'^\| `{path}/` \|.*\|(.*)\|$', rows, re.M)
            self.assertIsNotNone(found, path)
            writes = any(hasattr(view_set, name) for name in WRITING)
            self.assertEqual('read only' not in found[1], writes, path)

    def test_the_classes_of_requests_are_told_with_their_defaults(self) -> None:
        text = PAGE.read_text().split('\n## Rate limits\n', 1)[1]
        told = dict(re.findall(r'^\| `(\w+)` \| (\d+) \|', text, re.M))
        self.assertEqual({name: int(limit) for name, limit in told.items()}, RATE_LIMITS)
