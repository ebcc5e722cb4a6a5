"""What failed actions answer: a code of the closed set, for 404 the object's own, and advice."""

import ast
import re
from pathlib import Path

from django.test import SimpleTestCase

import netbox_hedgehog
from netbox_hedgehog.api.error_codes import ADVICE, NOT_FOUND
from netbox_hedgehog.api.errors import KNOWN, ActionError

from .endpoints import rest_endpoints
from .test_api_actions import ActionTestCase, plugin_settings
from .test_api_docs import PAGE
from .world import World

PACKAGE = Path(netbox_hedgehog.__file__).parent


def told_codes() -> dict[str, set[str]]:
    """Code -> statuses, as the table of the page has them."""
    text = PAGE.read_text().split('\n## Errors\n', 1)[1].split('\n## ', 1)[0]
    rows = re.findall(r'^\| `([A-Z_]+)` \| ([\d, ]+) \|', text, re.M)
    return {code: set(re.findall(r'\d+', statuses)) for code, statuses in rows}


def codes_in_the_source() -> set[str]:
    """The codes that stand anywhere below `api/`, except in the set itself."""
    found = set()
    for path in (PACKAGE / 'api').rglob('*.py'):
        if path.name == 'error_codes.py':
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            value = getattr(node, 'value', None)
            if isinstance(node, ast.Constant) and isinstance(value, str):
                found |= {value} & ADVICE.keys()
    return found


class DocumentationTest(ActionTestCase):
    def refusal(self):
        return self.post('fabrics/0/sync').data

    def test_the_body_says_where_reasons_are_explained_if_that_is_known(self) -> None:
        self.assertIsNone(self.refusal()['documentation_url'])
        for base in ('https://docs.example.com/hh', 'https://docs.example.com/hh/'):
            with plugin_settings(documentation_url=base):
                where = self.refusal()['documentation_url']
            self.assertEqual(where, 'https://docs.example.com/hh/reference/reasons/')
        self.assertTrue((PAGE.parent / 'reasons.md').exists() or not PAGE.exists())


class ClosedSetTest(SimpleTestCase):
    def test_the_page_tells_each_code_and_no_other(self) -> None:
        if not PAGE.exists():
            self.skipTest('the documentation is not here')
        self.assertEqual(set(told_codes()), set(ADVICE))

    def test_each_code_can_come(self) -> None:
        by_object = {code for code, _address in NOT_FOUND.values()}
        self.assertEqual(
            ADVICE.keys() - codes_in_the_source(),
            by_object - {'FABRIC_NOT_FOUND', 'RESOURCE_NOT_FOUND'},
        )
        self.assertLessEqual({code for _kinds, (code, _reason) in KNOWN}, ADVICE.keys())

    def test_another_code_cannot_be_made(self) -> None:
        with self.assertRaisesMessage(LookupError, 'SOMETHING_ELSE'):
            ActionError('SOMETHING_ELSE', 'Some', 'thing')

    def test_every_code_says_what_to_do(self) -> None:
        for code, advice in ADVICE.items():
            self.assertRegex(advice, r'^[A-Z].*\.$', code)


class NotFoundTest(ActionTestCase):
    def test_every_action_names_what_is_not_there(self) -> None:
        self.user.is_superuser = True
        self.user.save()
        tried = set()
        for each in rest_endpoints():
            own = getattr(each.view, 'action_permissions', {})
            if each.spelling or '<id>' not in each.path or each.action not in own:
                continue
            model = each.view.queryset.model._meta.model_name
            with self.subTest(str(each)):
                url = f'/api/plugins/hedgehog/{each.path.replace("<id>", "999999")}?path=a.yaml'
                answer = self.client.generic(
                    each.method, url, '{}', 'application/json', **self.header
                )
                self.assertRefused(answer, 404, NOT_FOUND[model][0], 'NotFound')
                said = answer.data['details']['suggestions']
                self.assertIn(NOT_FOUND[model][1], said[0])
                tried.add(model)
        self.assertLessEqual({'hedgehogfabric', 'conflictresolution', 'syncoperation'}, tried)
        self.assertGreater(len(tried), 8)


class WhatToDoTest(ActionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.world = World()
        self.fabric = self.world.of['A']['hedgehogfabric']
        self.path = f'fabrics/{self.fabric.pk}/sync'

    def advice(self, response, status: int, code: str) -> str:
        self.assertHttpStatus(response, status)
        self.assertEqual(response.data['error_code'], code)
        return ' '.join(response.data['details']['suggestions'])

    def test_not_permitted(self) -> None:
        self.add_permissions('netbox_hedgehog.view_hedgehogfabric')
        said = self.advice(self.post(self.path), 403, 'PERMISSION_DENIED')
        self.assertIn('netbox_hedgehog.sync_hedgehogfabric', said)

    def test_not_signed_in(self) -> None:
        url = f'/api/plugins/hedgehog/{self.path}/'
        said = self.advice(self.client.post(url), 403, 'PERMISSION_DENIED')
        self.assertIn('Bearer', said)

    def test_not_valid(self) -> None:
        self.permit('view', 'sync')
        said = self.advice(self.post(self.path, {'direction': 'up'}), 400, 'VALIDATION_FAILED')
        self.assertIn('Correct direction.', said)
        url = f'/api/plugins/hedgehog/{self.path}/'
        broken = self.client.post(url, '{', content_type='application/json', **self.header)
        self.assertIn('JSON', self.advice(broken, 400, 'VALIDATION_FAILED'))

    def test_no_worker(self) -> None:
        self.permit('view', 'sync')
        self.assertIn('rqworker', self.advice(self.post(self.path), 503, 'NO_WORKER'))

    def permit(self, *actions: str) -> None:
        self.add_permissions(*(f'netbox_hedgehog.{each}_hedgehogfabric' for each in actions))
