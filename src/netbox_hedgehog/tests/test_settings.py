"""The plugin's settings: defaults boot, wrong ones stop the start with a clear message."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase

from netbox_hedgehog import HedgehogConfig, check_settings


class SettingsTest(SimpleTestCase):
    def test_defaults_boot(self):
        check_settings(HedgehogConfig.default_settings)

    def test_every_setting_is_filled_in(self):
        self.assertLessEqual(
            set(HedgehogConfig.default_settings), set(settings.PLUGINS_CONFIG['netbox_hedgehog'])
        )

    def test_wrong_settings(self):
        for name, value in (
            ('encryption_keys', ['a']),
            ('encryption_keys', {'1': 'a'}),
            ('encryption_keys', {0: 'a'}),
            ('encryption_keys', {1: ''}),
            ('allowed_schemes', []),
            ('allowed_schemes', ['ext']),
            ('allowed_schemes', 'https'),
            ('allowed_hosts', 'git.example.com'),
            ('store_root', None),
            ('job_timeout', 0),
            ('max_upload_files', 0),
            ('max_waiting_bytes', 0),
            ('max_webhook_size', '1'),
            ('job_timeout', True),
            ('job_timeout', '60'),
            ('max_file_size', -1),
            ('max_retry_attempts', -1),
            ('limits', {'width': 3}),
            ('limits', {'depth': 100_000}),
            ('limits', {'nodes': '5'}),
            ('allow_insecure_tls', 'no'),
            ('netbox_url', 'netbox.example.com'),
            ('netbox_url', 'ftp://netbox.example.com'),
            ('netbox_url', 'https://user:word@netbox.example.com'),
        ):
            with self.subTest(name=name, value=value):
                with self.assertRaises(ImproperlyConfigured) as caught:
                    check_settings({**HedgehogConfig.default_settings, name: value})
                self.assertIn(f'[{name!r}]', str(caught.exception))

    def test_message_does_not_repeat_a_key(self):
        with self.assertRaises(ImproperlyConfigured) as caught:
            check_settings({**HedgehogConfig.default_settings, 'encryption_keys': {'x': 'CANARY'}})
        self.assertNotIn('CANARY', str(caught.exception))
