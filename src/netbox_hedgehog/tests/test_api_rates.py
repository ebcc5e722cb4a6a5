"""How many requests one person may make in a minute: counted, told, refused, switched off."""

from unittest import mock

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase
from redis.exceptions import ConnectionError as RedisDown
from users.constants import TOKEN_PREFIX
from users.models import Token, User
from utilities.testing import APITestCase

from netbox_hedgehog import check_settings, config
from netbox_hedgehog.api import views
from netbox_hedgehog.constants import RATE_LIMITS

from .builders import a_fabric, a_repository, an_operation

BASE = '/api/plugins/hedgehog'


def limits(**of_classes):
    return mock.patch.dict(settings.PLUGINS_CONFIG['netbox_hedgehog'], {'rate_limits': of_classes})


class RateTest(APITestCase):
    user_permissions = (
        'netbox_hedgehog.view_hedgehogfabric',
        'netbox_hedgehog.view_syncoperation',
        'netbox_hedgehog.sync_hedgehogfabric',
    )

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)

    def get(self, path):
        return self.client.get(f'{BASE}/{path}/', **self.header)

    def test_counted_told_and_refused(self):
        path = f'fabrics/{self.fabric.pk}/sync-health'
        with limits(monitoring=2):
            first, second, third = (self.get(path) for _ in range(3))
        self.assertEqual([each.status_code for each in (first, second, third)], [200, 200, 429])
        self.assertEqual(first['X-RateLimit-Limit'], '2')
        left = [each['X-RateLimit-Remaining'] for each in (first, second, third)]
        self.assertEqual(left, ['1', '0', '0'])
        self.assertEqual(first['X-RateLimit-Resource'], 'monitoring')
        self.assertGreater(int(third['X-RateLimit-Reset']), 1_700_000_000)
        self.assertGreaterEqual(int(third['Retry-After']), 1)
        self.assertEqual(
            (third.data['error_code'], third.data['reason']), ('RATE_LIMITED', 'RateLimited')
        )
        self.assertIn('Ask again in', third.data['details']['suggestions'][0])

    def test_classes_and_people_are_counted_apart(self):
        operation = an_operation(self.fabric, status='completed')
        with limits(sync=1, monitoring=2):
            self.assertEqual(self.get('sync-operations').status_code, 200)
            refused = self.get('sync-operations')
            self.assertEqual(refused.status_code, 429)
            self.assertEqual(refused.data['error_code'], 'RATE_LIMITED')
            # A page that follows one operation goes on.
            self.assertEqual(self.get(f'sync-operations/{operation.pk}').status_code, 200)
            self.header = self.other_header()
            self.assertEqual(self.get('sync-operations').status_code, 200)

    def other_header(self):
        other = User.objects.create_user('other', is_superuser=True)
        token = Token.objects.create(user=other)
        return {'HTTP_AUTHORIZATION': f'Bearer {TOKEN_PREFIX}{token.key}.{token.token}'}

    def test_zero_is_no_limit(self):
        with limits(monitoring=0):
            answers = [self.get(f'fabrics/{self.fabric.pk}/sync-health') for _ in range(5)]
        self.assertEqual({each.status_code for each in answers}, {200})
        self.assertNotIn('X-RateLimit-Limit', answers[0])

    def test_the_default_is_generous_and_told(self):
        answer = self.get(f'fabrics/{self.fabric.pk}/gitops-status')
        self.assertEqual(answer['X-RateLimit-Limit'], str(RATE_LIMITS['directory']))

    def test_what_is_refused_does_nothing(self):
        url = f'{BASE}/fabrics/{self.fabric.pk}/sync/'
        with limits(sync=1):
            self.get('sync-operations')
            self.assertEqual(self.client.post(url, {}, **self.header).status_code, 429)
        self.assertFalse(self.fabric.sync_operations.exists())

    def test_without_redis_nobody_is_refused_for_it(self):
        with (
            limits(monitoring=1),
            mock.patch('netbox_hedgehog.api.rates.connection', side_effect=RedisDown),
        ):
            answers = [self.get(f'fabrics/{self.fabric.pk}/sync-health') for _ in range(3)]
        self.assertEqual({each.status_code for each in answers}, {200})


class RateTableTest(SimpleTestCase):
    def test_every_action_has_a_class(self):
        for name in views.__all__:
            view = getattr(views, name)
            for extra in getattr(view, 'get_extra_actions', list)():
                for method in extra.mapping.values():
                    self.assertIn(view.rate_of(method), RATE_LIMITS, f'{name}.{method}')
        for view in (views.StatusView, views.OutgoingWebhookTestView):
            self.assertIn(view.rate_class, RATE_LIMITS)

    def test_a_wrong_setting_stops_the_start(self):
        good = dict(config.default_settings)
        check_settings({**good, 'rate_limits': {'sync': 10, 'monitoring': 0}})
        for wrong in ({'sinc': 1}, {'sync': -1}, {'sync': True}, {'sync': '10'}):
            with self.assertRaisesMessage(ImproperlyConfigured, 'rate_limits'):
                check_settings({**good, 'rate_limits': wrong})
