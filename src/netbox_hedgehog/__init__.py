"""Keeps Hedgehog fabrics the same in NetBox and in Git: the plugin's configuration.

NetBox loads `config`; `ready()` checks the settings and imports what registers itself.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from netbox.plugins import PluginConfig, get_plugin_config

from hedgehog_gitops.documents import limits_from

from .constants import RATE_LIMITS

__all__ = ['HedgehogConfig', 'config']

# Jobs, receivers, event types and checks exist for NetBox only once their module was imported.
REGISTERING_MODULES = ('legacy', 'checks', 'events', 'jobs', 'signal_receivers', 'widgets')

# Every setting with the type it must have; a wrong type stops the start with a clear message.
SETTING_TYPES: dict[str, type | tuple[type, ...]] = {
    'encryption_keys': dict,
    'allowed_schemes': (list, tuple),
    'allowed_hosts': (list, tuple),
    'allow_insecure_tls': bool,
    'netbox_url': str,
    'documentation_url': str,
    'store_root': str,
    'credential_directory': str,
    'credentials': dict,
    'service_user': str,
    'queue': str,
    'job_timeout': int,
    'git_operation_timeout': int,
    'max_file_size': int,
    'limits': dict,
    'max_upload_files': int,
    'max_waiting_bytes': int,
    'max_webhook_size': int,
    'operation_retention_days': int,
    'backup_retention_days': int,
    'backup_copies': bool,
    'max_retry_attempts': int,
    'enable_error_notifications': bool,
    'error_retention_days': int,
    'conflict_retention_days': int,
    'bidirectional_sync_enabled': bool,
    'directory_management_enabled': bool,
    'conflict_resolution_enabled': bool,
    'notifications_enabled': bool,
    'live_streams_per_process': int,
    'live_streams_per_user': int,
    'live_stream_seconds': int,
    'live_sockets_per_process': int,
    'websocket_enabled': bool,
    'alert_outbox_seconds': int,
    'alert_sync_intervals': int,
    'alert_failure_percent': int,
    'alert_circuit_seconds': int,
    'rate_limits': dict,
    'commit_email_domain': str,
    'committer_name': str,
    'committer_email': str,
}

POSITIVE_SETTINGS = (
    'job_timeout',
    'git_operation_timeout',
    'max_file_size',
    'max_upload_files',
    'max_waiting_bytes',
    'max_webhook_size',
    'live_stream_seconds',
)
NOT_NEGATIVE_SETTINGS = (
    'operation_retention_days',
    'backup_retention_days',
    'max_retry_attempts',
    'error_retention_days',
    'conflict_retention_days',
    'live_streams_per_process',
    'live_streams_per_user',
    'live_sockets_per_process',
    'alert_outbox_seconds',
    'alert_sync_intervals',
    'alert_failure_percent',
    'alert_circuit_seconds',
)
KNOWN_SCHEMES = frozenset({'https', 'ssh', 'http', 'file'})


class HedgehogConfig(PluginConfig):
    """Tells NetBox what the plugin is called, where it answers and what may be set."""

    name = 'netbox_hedgehog'
    verbose_name = 'Hedgehog'
    description = 'Keeps Hedgehog fabrics the same in NetBox and in Git, both ways.'
    version = '0.1.0'
    author = 'netbox-hedgehog developers'
    base_url = 'hedgehog'
    graphql_schema = 'graphql.schema.schema'
    min_version = '4.7.0'
    max_version = '4.7.99'
    middleware = ('netbox_hedgehog.metrics.MetricsMiddleware',)
    default_settings = {
        # {1: '<Fernet key>', 2: ...}: the highest number seals, all of them open.
        'encryption_keys': {},
        # http and file are for tests and closed labs; they carry no protection of their own.
        'allowed_schemes': ['https', 'ssh'],
        # Host names a repository may be on; empty means any.
        'allowed_hosts': [],
        # Only then may a repository switch certificate checks off.
        'allow_insecure_tls': False,
        # NetBox's own address, for links at Git hosts. Empty: no links.
        'netbox_url': '',
        # Where this documentation is served, for links in error bodies of REST. Empty: no links.
        'documentation_url': '',
        # Where the bare clones are kept: a cache. Empty: in the system's temporary folder.
        'store_root': '',
        # The only directory credential files are read from; empty forbids them.
        'credential_directory': '',
        # Named credentials for repositories whose credential source is the configuration.
        'credentials': {},
        # NetBox user name in whose name scheduled runs work.
        'service_user': '',
        # The default worker serves `default` only.
        'queue': 'default',
        'job_timeout': 3600,
        'git_operation_timeout': 300,
        'max_file_size': 50 * 2**20,
        # Other limits of what is read, by name: depth, nodes, seconds ... See the settings' page.
        'limits': {},
        # Files in one upload.
        'max_upload_files': 100,
        'max_waiting_bytes': 256 * 2**20,
        # Bytes of one delivery of a Git host's webhook.
        'max_webhook_size': 25 * 2**20,
        # SyncOperation rows older than this are removed; commits stay for ever. 0 keeps all.
        'operation_retention_days': 90,
        # Copies below .hnp/backups/ of what an operation overwrites or deletes, kept so many days.
        'backup_copies': False,
        'backup_retention_days': 30,
        'max_retry_attempts': 3,
        'enable_error_notifications': True,
        # Records of errors that are over, and of conflicts that are decided. 0 keeps all.
        'error_retention_days': 30,
        'conflict_retention_days': 0,
        # Feature flags. What is switched off says so on pages and in REST; the rest works on.
        'bidirectional_sync_enabled': True,
        'directory_management_enabled': True,
        'conflict_resolution_enabled': True,
        'notifications_enabled': True,
        # What happens is shown while it happens. A stream of events holds a thread of its web
        # process as long as it lasts; a WebSocket holds none. 0 switches either off.
        'live_streams_per_process': 1,
        'live_streams_per_user': 6,
        'live_stream_seconds': 60,
        'live_sockets_per_process': 200,
        # An ASGI process answers below /ws/ beside the WSGI processes that serve the pages.
        'websocket_enabled': False,
        # When the health check raises an alert; 0 switches the alert off.
        'alert_outbox_seconds': 3600,
        'alert_sync_intervals': 6,
        'alert_failure_percent': 50,
        'alert_circuit_seconds': 300,
        # Requests of one person in a minute, by class; what is left out has its default, 0 is none.
        'rate_limits': {},
        # Author address of users without one: <user name>@<this>.
        'commit_email_domain': 'netbox.invalid',
        'committer_name': 'NetBox Hedgehog',
        'committer_email': 'netbox-hedgehog@netbox.invalid',
    }

    def ready(self) -> None:
        super().ready()
        check_settings({name: get_plugin_config(self.name, name) for name in SETTING_TYPES})
        for module in REGISTERING_MODULES:
            # Only a module that is not there yet is skipped: a broken one has to stop the start.
            if find_spec(f'{self.name}.{module}'):
                import_module(f'{self.name}.{module}')
        import_module(f'{self.name}.metrics').register_collector()
        import_module(f'{self.name}.sync.extending').use_installed_validators()


def check_settings(settings: dict[str, Any]) -> None:
    """Stops NetBox's start when a setting of this plugin has a wrong type or an odd value."""
    for name, wanted in SETTING_TYPES.items():
        value = settings[name]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise _wrong(name, f'must be {_type_names(wanted)}, not {type(value).__name__}')
    for name in POSITIVE_SETTINGS:
        if settings[name] <= 0:
            raise _wrong(name, 'must be greater than 0')
    for name in NOT_NEGATIVE_SETTINGS:
        if settings[name] < 0:
            raise _wrong(name, 'must not be negative')
    _check_schemes(settings['allowed_schemes'])
    _check_address(settings['netbox_url'])
    _check_limits(settings['limits'])
    _check_rates(settings['rate_limits'])
    _check_keys(settings['encryption_keys'])


def _check_schemes(schemes: list[str]) -> None:
    if not schemes or not set(schemes) <= KNOWN_SCHEMES:
        raise _wrong('allowed_schemes', f'takes some of {", ".join(sorted(KNOWN_SCHEMES))}')


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if address and (parts.scheme not in ('http', 'https') or not parts.hostname or '@' in address):
        raise _wrong('netbox_url', 'is an address such as https://netbox.example.com')


def _check_limits(limits: dict[str, Any]) -> None:
    try:
        limits_from(limits)
    except ValueError as error:
        raise _wrong('limits', f'is wrong: {error}') from error


def _check_rates(rates: dict[str, Any]) -> None:
    if unknown := rates.keys() - RATE_LIMITS.keys():
        raise _wrong('rate_limits', f'knows {", ".join(RATE_LIMITS)}, not {min(map(str, unknown))}')
    for value in rates.values():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise _wrong('rate_limits', 'maps each class to requests a minute, 0 for no limit')


def _check_keys(keys: dict[Any, Any]) -> None:
    for number, key in keys.items():
        # The value is never repeated: this message may end in a log.
        if not isinstance(number, int) or number < 1 or not isinstance(key, str) or not key:
            raise _wrong('encryption_keys', 'maps numbers from 1 to Fernet keys')


def _type_names(wanted: type | tuple[type, ...]) -> str:
    return ' or '.join(
        kind.__name__ for kind in (wanted if isinstance(wanted, tuple) else (wanted,))
    )


def _wrong(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"PLUGINS_CONFIG['netbox_hedgehog'][{name!r}] {why}.")


config = HedgehogConfig
