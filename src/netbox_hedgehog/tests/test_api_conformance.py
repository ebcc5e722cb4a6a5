"""Requests that the OpenAPI schema allows, and some it forbids, against the application itself.

Schemathesis reads the plugin's part of the schema and makes the requests, the same ones in each
run. Nothing may end as an error nobody has foreseen. Of our own actions every status has to be one
the schema names, and every answer as the schema says; of what NetBox offers for every model, what
succeeded.
Of the addresses of single kinds one is tried: the others are made of the same code.
"""

import logging
import re
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import TestCase
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from users.constants import TOKEN_PREFIX
from users.models import Token, User

from netbox_hedgehog.api import urls as api_urls
from netbox_hedgehog.api.schema import STANDARD_ACTIONS
from netbox_hedgehog.ui.kinds import KINDS

from .endpoints import rest_endpoints
from .pages import a_waiting_worker
from .world import World

BASE = '/api/plugins/hedgehog'
UUID = '{repository}'
# Requests for each operation, of those the schema allows and of those it forbids.
ALLOWED, FORBIDDEN = 2, 1
# Their rows are named by one model, their addresses by another word.
MODELS = {
    'checkpoints': 'checkpoint',
    'conflicts': 'conflictresolution',
    'duplicate-files': 'yamlduplicatefile',
    'duplicate-groups': 'yamlduplicategroup',
    'errors': 'errorrecord',
    'fabrics': 'hedgehogfabric',
    'git-repositories': 'gitrepository',
    'outbox': 'outboxentry',
    'pull-requests': 'pullrequest',
    'resolution-policies': 'resolutionpolicy',
    'resources': 'hedgehogresource',
    'sync-operations': 'syncoperation',
    'uploads': 'rawupload',
    'vpcs': 'VPC',
    'webhooks': 'webhook',
}
# With these NetBox leaves fields out of an answer, which its schema does not say.
CHOOSING = ('fields', 'omit', 'brief')
PROFILE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class ConformanceCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World()
        user = User.objects.create_superuser('conformance')
        token = Token.objects.create(user=user, description='conformance')
        cls.headers = {
            'Authorization': f'Bearer {TOKEN_PREFIX}{token.key}.{token.token}',
            'Accept': 'application/json',
        }

    @classmethod
    def setUpClass(cls) -> None:
        # Not with the data of the tests: Django would copy it for each of them.
        super().setUpClass()
        load_all_checks()
        with GENERATOR_STATS.silence():
            own = SchemaGenerator(patterns=[path(BASE[1:] + '/', include(api_urls))])
            described = own.get_schema(public=True)
        others = {shown.path for shown in KINDS.values() if shown.kind != 'VPC'}
        described['paths'] = {
            address: item
            for address, item in described['paths'].items()
            if address.removeprefix(f'{BASE}/').partition('/')[0] not in others
        }
        cls.schema = schemathesis.openapi.from_dict(described)
        cls.schema.app = WSGIHandler()
        cls.own = {
            (each.method, f'{BASE}/{re.sub("<id>", "{id}", each.path)}'.replace('<uuid>', UUID))
            for each in rest_endpoints()
            if each.action not in STANDARD_ACTIONS
        }

    def setUp(self) -> None:
        super().setUp()
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

        # They would close the connection in the middle of the test's transaction.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)

    def each_operation(self, mode: GenerationMode, examples: int) -> None:
        wrong: list[str] = []
        tried = 0
        with a_waiting_worker():
            for found in self.schema.get_all_operations():
                operation = found.ok()
                tried += 1
                try:
                    self.tried(operation, mode, examples)
                except Unsatisfiable:
                    # Nothing about this request could be wrong.
                    continue
                except (AssertionError, BaseExceptionGroup) as failure:
                    wrong.append(f'{operation.label}: {_shortened(failure)}')
            owned = sum(self.is_own(found.ok()) for found in self.schema.get_all_operations())
        self.assertGreater(tried, 100)
        self.assertGreater(owned, 70)
        self.assertTrue(not wrong, f'{len(wrong)} operations:\n' + '\n'.join(wrong))

    def tried(self, operation: Any, mode: GenerationMode, examples: int) -> None:
        named = self.named(operation)
        strategy = operation.as_strategy(generation_mode=mode, path_parameters=named)

        @settings(PROFILE, max_examples=examples)
        @given(case=strategy)
        def one(case: Any) -> None:
            case.path_parameters = {**(case.path_parameters or {}), **(named or {})}
            for chosen in CHOOSING:
                (case.query or {}).pop(chosen, None)
            with transaction.atomic():
                response = case.call(headers=self.headers)
                transaction.set_rollback(True)
            checks = [content_type_conformance]
            if self.is_own(operation):
                # Every answer of an action is described, errors too.
                checks += [status_code_conformance, response_schema_conformance]
            else:
                checks.append(not_a_server_error)
                if not self.netbox_has_its_way(case, response):
                    checks.append(response_schema_conformance)
            case.validate_response(response, checks=checks)

        one()

    def is_own(self, operation: Any) -> bool:
        """Whether it is an action of ours, and not what NetBox offers for every model."""
        return (operation.method.upper(), operation.path) in self.own

    def netbox_has_its_way(self, case: Any, response: Any) -> bool:
        """Where NetBox's answer is not as its own schema says."""
        # Its errors have a shape of their own, and several new objects are told as a list.
        several = response.status_code == 201 and isinstance(case.body, list)
        return several or response.status_code >= 400

    def named(self, operation: Any) -> dict[str, Any] | None:
        """What stands for `{id}` in the address: an object that is there."""
        place = operation.path.removeprefix(f'{BASE}/').partition('/')[0]
        if '{repository}' in operation.path:
            return {'repository': str(self.world.of['A']['gitrepository'].uuid)}
        if '{id}' not in operation.path:
            return None
        return {'id': self.world.pk(MODELS[place], 'A')}


# Each in a process of its own, where there are two.


class AllowedTest(ConformanceCase):
    def test_what_the_schema_allows(self) -> None:
        self.each_operation(GenerationMode.POSITIVE, ALLOWED)


class ForbiddenTest(ConformanceCase):
    def test_what_the_schema_forbids(self) -> None:
        self.each_operation(GenerationMode.NEGATIVE, FORBIDDEN)


def _shortened(failure: BaseException) -> str:
    return ' | '.join(line.strip() for line in str(failure).splitlines() if line.strip())[:900]
