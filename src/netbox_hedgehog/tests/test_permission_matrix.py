"""Every REST endpoint and every page, asked by four users; the router says which there are.

*Nobody* has no permission, the *reader* sees everything, the *editor* may also add, change and
delete, and *trusted* is a reader who may carry out each action of the plugin's own on the objects
of fabric A alone. Each request is rolled back. What is expected stands in `permission_table.py`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import transaction
from django.test import TestCase
from rest_framework.test import APIClient
from users.models import ObjectPermission, User

from netbox_hedgehog.ui.kinds import KINDS

from .endpoints import Endpoint, Page, pages, rest_endpoints
from .pages import a_waiting_worker, allow
from .permission_table import ACTIONS, LEADS_ON, OPEN_TO_ALL, PAGE_ENDINGS, PAGES, STANDARD, Needs
from .world import World, model_of

BASE = '/api/plugins/hedgehog/'
BASIC = ('view', 'add', 'change', 'delete')
REFUSED = (403,)
UNSEEN = (403, 404)
MISSING = """
{what} {name!r} has no line in permission_table.py. Add to {table}:
    {line}
and say which permissions it takes, and what a permitted user is answered."""


class MatrixCase(TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # Thousands of refusals are what is tested here.
        logging.disable(logging.CRITICAL)
        cls.addClassCleanup(logging.disable, logging.NOTSET)

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World()
        cls.models = {model._meta.model_name: model for model in _models()}
        names = ('nobody', 'reader', 'editor', 'trusted')
        cls.users = {name: User.objects.create_user(name) for name in names}
        for model in cls.models.values():
            for name in ('reader', 'trusted'):
                allow(cls.users[name], model, 'view')
            allow(cls.users['editor'], model, *BASIC)
            if own := [name for name, _ in model._meta.permissions]:
                allow(cls.users['trusted'], model, *own, **cls.world.constraints(model))
        for label in ('extras.webhook', 'extras.eventrule'):
            allow(cls.users['reader'], apps.get_model(label), 'view')
            allow(cls.users['editor'], apps.get_model(label), *BASIC)
        for label in ('extras.journalentry', 'core.objectchange', 'core.job'):
            for name in ('reader', 'editor', 'trusted'):
                allow(cls.users[name], apps.get_model(label), 'view')
        assert ObjectPermission.objects.exists()

    def has(self, user: str, permission: str, name: str) -> bool:
        """Whether the user has a permission, written `action model`, on the objects of A or B."""
        action, _, model = permission.partition(' ')
        if user == 'nobody':
            return False
        if '.' in model:
            return user == 'editor' or (user == 'reader' and action == 'view')
        if action in BASIC:
            return user == 'editor' or action == 'view'
        return user == 'trusted' and name == 'A'

    def as_each(self) -> Iterator[tuple[str, str]]:
        """Each user with the objects they are asked about; B matters to the constrained alone."""
        for user in self.users:
            yield user, 'A'
        yield 'trusted', 'B'

    @contextmanager
    def undone(self) -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def differences(self, found: list[str]) -> None:
        shown = '\n'.join(found)
        self.assertTrue(not found, f'{len(found)} answers are not as the table says:\n{shown}')


class RestMatrixTest(MatrixCase):
    def test_every_action_has_a_line_and_every_line_an_action(self) -> None:
        own = {str(each) for each in rest_endpoints() if not each.spelling} - set(_standard())
        for name in sorted(own - ACTIONS.keys()):
            line = f"{name!r}: Needs(('push hedgehogfabric',), (202,)),"
            self.fail(MISSING.format(what='The action', name=name, table='ACTIONS', line=line))
        self.assertEqual(sorted(ACTIONS.keys() - own), [], 'These are no actions any more.')

    def test_spellings_are_of_something(self) -> None:
        plain = {
            each.path.replace('-', '_'): (each.view, each.action)
            for each in rest_endpoints()
            if not each.spelling
        }
        for each in rest_endpoints():
            if each.spelling and each.path != 'repositories/<uuid>/hook/':
                found = plain[each.path.replace('-', '_')]
                self.assertEqual(found[0], each.view, each.path)

    def test_everybody(self) -> None:
        wrong: list[str] = []
        with a_waiting_worker():
            for endpoint in rest_endpoints():
                needs = self.needs(endpoint)
                for user, name in self.as_each():
                    wrong += self.asked(endpoint, needs, user, name)
        self.differences(wrong)

    def needs(self, endpoint: Endpoint) -> Needs:
        if endpoint.spelling:
            path = endpoint.path.replace('repositories/<uuid>/hook', 'webhooks/<uuid>')
            return next(
                needs
                for line, needs in ACTIONS.items()
                if line.replace('-', '_') == f'{endpoint.method} {path}'.replace('-', '_')
            )
        if (found := ACTIONS.get(str(endpoint))) is not None:
            return found
        if endpoint.action == 'get':
            # The root of the addresses.
            return Needs(())
        model = endpoint.view.queryset.model._meta.model_name
        answers = {
            'list': (200,), 'retrieve': (200,), 'create': (201, 400),
            'destroy': (204, 409), 'bulk_destroy': (204, 409),
        }.get(endpoint.action, (200, 400))  # fmt: skip
        return Needs((f'{STANDARD[endpoint.action]} {model}',), answers)

    def asked(self, endpoint: Endpoint, needs: Needs, user: str, name: str) -> list[str]:
        if name == 'B' and endpoint.method == 'GET' and '<' not in endpoint.path:
            return []
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(self.users[user])
        body = _with_pk(needs.body, self.body_pk(endpoint, name))
        if endpoint.action in ('bulk_update', 'bulk_partial_update', 'bulk_destroy'):
            body = [{'id': self.pk_of(endpoint, name)}]
        url = self.url(endpoint, name) + (f'?{needs.query}' if needs.query else '')
        send: Callable[..., Any] = getattr(client, endpoint.method.lower())
        with self.undone():
            if endpoint.method == 'GET':
                status = send(url).status_code
            else:
                status = send(url, body, format='json').status_code
        permitted = all(self.has(user, each, name) for each in needs.permissions)
        expected = needs.answers if permitted else REFUSED
        if not permitted and endpoint.path == 'fabrics/sync/':
            # What one may not synchronise is not there, to whoever may synchronise others.
            expected = (400, 403)
        if status in expected:
            return []
        return [f'{endpoint} as {user} on {name}: {status}, expected {expected}']

    def url(self, endpoint: Endpoint, name: str) -> str:
        path = endpoint.path
        if '<uuid>' in path:
            return BASE + path.replace('<uuid>', str(self.world.of[name]['gitrepository'].uuid))
        return BASE + path.replace('<id>', str(self.pk_of(endpoint, name)))

    def pk_of(self, endpoint: Endpoint, name: str) -> Any:
        queryset = getattr(endpoint.view, 'queryset', None)
        if queryset is None:
            return ''
        kind = getattr(endpoint.view, 'kind', '')
        return self.world.of[name][kind or queryset.model._meta.model_name].pk

    def body_pk(self, endpoint: Endpoint, name: str) -> str:
        """What `<A>` in a body stands for."""
        about = 'conflictresolution' if 'conflicts' in endpoint.path else 'hedgehogfabric'
        return str(self.world.pk(about, name))


class PageMatrixTest(MatrixCase):
    def test_every_page_has_a_line_and_every_line_a_page(self) -> None:
        known = set(OPEN_TO_ALL)
        for page in pages():
            if page.name not in known and self.needed(page) is None:
                line = f"{page.name!r}: ('view hedgehogfabric',),"
                self.fail(MISSING.format(what='The page', name=page, table='PAGES', line=line))
        gone = PAGES.keys() - {page.name for page in pages()}
        self.assertEqual(sorted(gone), [], 'These are no pages any more.')

    def test_everybody_looks(self) -> None:
        self.everybody('get')

    def test_everybody_sends(self) -> None:
        self.everybody('post')

    def everybody(self, method: str) -> None:
        wrong: list[str] = []
        for user, name in self.as_each():
            self.client.force_login(self.users[user])
            for page in pages():
                if hasattr(page.view, method) or not hasattr(page.view, 'as_view'):
                    wrong += self.asked(page, method, user, name)
        self.differences(wrong)

    def asked(self, page: Page, method: str, user: str, name: str) -> list[str]:
        if page.name in STREAMS or (name == 'B' and not page.arguments):
            # Without an object in its address B is the same as A.
            return []
        needed = () if page.name in OPEN_TO_ALL else self.needed(page) or ()
        permitted = all(self.has(user, each, name) for each in needed)
        send: Callable[..., Any] = getattr(self.client, method)
        with self.undone():
            answer = send(self.world.address(page, name), SENT.get(page.name.partition('_')[2]))
        expected = (200, 302, 400) if permitted else UNSEEN if name == 'B' else REFUSED
        if not permitted and page.name.endswith(('_journal', '_changelog', '_jobs')):
            expected = UNSEEN
        if method == 'get' and page.name in LEADS_ON and user != 'nobody':
            # To the page of the object, which they may see; what is done is done by sending.
            expected = (302,)
        if answer.status_code in expected:
            return []
        asked = f'{method.upper()} {page} as {user} on {name}'
        return [f'{asked}: {answer.status_code}, expected {expected}']

    def needed(self, page: Page) -> tuple[str, ...] | None:
        """What a page takes; None where the table does not say."""
        if page.name in PAGES:
            return PAGES[page.name]
        model, ending = model_of(page.name), page.name
        for shown in KINDS.values():
            if page.name.startswith(f'{shown.base_name}_'):
                model = 'hedgehogresource'
                ending = page.name.removeprefix(f'{shown.base_name}_')
        if not model:
            return None
        if ending == page.name:
            ending = page.name.removeprefix(model).removeprefix('_')
        action = PAGE_ENDINGS.get(ending)
        return None if action is None else (f'{action} {model}',)


# What NetBox's own form cannot do without.
SENT = {'bulk_import': {'format': 'auto', 'csv_delimiter': 'auto', 'data': 'a: b'}}
# They answer for a minute; who may listen is tested in test_live_streams.py.
STREAMS = ('hedgehogfabric_events', 'syncoperation_events', 'syncoperation_bulk_events')


def _models() -> Iterator[type]:
    for model in apps.get_app_config('netbox_hedgehog').get_models():
        if hasattr(model.objects, 'restrict'):
            yield model


def _standard() -> Iterator[str]:
    for each in rest_endpoints():
        if each.action in STANDARD or each.path == '':
            yield str(each)


def _with_pk(body: Any, pk: str) -> Any:
    if isinstance(body, dict):
        return {name: _with_pk(value, pk) for name, value in body.items()}
    if isinstance(body, list):
        return [_with_pk(value, pk) for value in body]
    return pk if body == '<A>' else body
