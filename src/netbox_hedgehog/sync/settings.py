"""A typed view of `PLUGINS_CONFIG['netbox_hedgehog']`, read afresh each time it is asked for.

Every room of `sync/` takes its limits and identities from here; the defaults stand in the
plugin's configuration class.
"""

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netbox.plugins import get_plugin_config

from hedgehog_gitops.documents import Limits, limits_from
from hedgehog_gitops.errors import NeedsPerson

from ..constants import APP_LABEL, RATE_LIMITS

__all__ = ['SyncSettings', 'reading_limits', 'sync_settings']

# How long a worker waits for a repository that another fabric's worker is using, in seconds.
REPOSITORY_PATIENCE = 5.0

# After how many seconds an operation that met a passing trouble is tried again; each further wait
# is twice as long. After `max_retry_attempts` of them the periodic sync takes over.
FIRST_DELAY = 2.0


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What an operator may set about synchronisation."""

    store_root: Path
    allowed_schemes: tuple[str, ...]
    allowed_hosts: tuple[str, ...] | None
    allow_insecure_tls: bool
    encryption_keys: Mapping[int, str]
    credentials: Mapping[str, Any]
    credential_directory: Path | None
    committer_name: str
    committer_email: str
    commit_email_domain: str
    netbox_url: str
    documentation_url: str
    service_user: str
    queue: str
    job_timeout: int
    git_operation_timeout: int
    max_file_size: int
    limits: Mapping[str, Any]
    max_upload_files: int
    max_waiting_bytes: int
    max_webhook_size: int
    max_retry_attempts: int
    operation_retention_days: int
    backup_retention_days: int
    backup_copies: bool
    error_retention_days: int
    conflict_retention_days: int
    enable_error_notifications: bool
    bidirectional_sync_enabled: bool
    directory_management_enabled: bool
    conflict_resolution_enabled: bool
    notifications_enabled: bool
    live_streams_per_process: int
    live_streams_per_user: int
    live_stream_seconds: int
    live_sockets_per_process: int
    websocket_enabled: bool
    alert_outbox_seconds: int
    alert_sync_intervals: int
    alert_failure_percent: int
    alert_circuit_seconds: int
    rate_limits: Mapping[str, int]


def reading_limits() -> Limits:
    """Returns how much one file may ask of a worker; a wrong name or value says so."""
    settings = sync_settings()
    base = Limits(file_bytes=settings.max_file_size, clock=time.monotonic)
    try:
        return limits_from(dict(settings.limits), base)
    except ValueError as error:
        raise NeedsPerson(
            'LimitUnknown', f"The setting 'limits' is wrong: {error}.", hint='Correct it.'
        ) from error


def sync_settings() -> SyncSettings:
    """Returns the settings as they stand now."""
    directory = _value('credential_directory')
    return SyncSettings(
        store_root=_store_root(_value('store_root')),
        allowed_schemes=tuple(_value('allowed_schemes')),
        allowed_hosts=tuple(_value('allowed_hosts')) or None,
        credential_directory=Path(directory) if directory else None,
        rate_limits={**RATE_LIMITS, **_value('rate_limits')},
        **{name: _value(name) for name in _PLAIN},
    )


_PLAIN = (
    'allow_insecure_tls',
    'encryption_keys',
    'credentials',
    'committer_name',
    'committer_email',
    'commit_email_domain',
    'netbox_url',
    'documentation_url',
    'service_user',
    'queue',
    'job_timeout',
    'git_operation_timeout',
    'max_file_size',
    'limits',
    'max_upload_files',
    'max_waiting_bytes',
    'max_webhook_size',
    'max_retry_attempts',
    'operation_retention_days',
    'backup_retention_days',
    'backup_copies',
    'error_retention_days',
    'conflict_retention_days',
    'enable_error_notifications',
    'bidirectional_sync_enabled',
    'directory_management_enabled',
    'conflict_resolution_enabled',
    'notifications_enabled',
    'live_streams_per_process',
    'live_streams_per_user',
    'live_stream_seconds',
    'live_sockets_per_process',
    'websocket_enabled',
    'alert_outbox_seconds',
    'alert_sync_intervals',
    'alert_failure_percent',
    'alert_circuit_seconds',
)


def _value(name: str) -> Any:
    return get_plugin_config(APP_LABEL, name)


def _store_root(configured: str) -> Path:
    """The folder of the clones: a cache, so a temporary folder of this account will do.

    Never below MEDIA_ROOT: NetBox serves that folder to every user who may log in.
    """
    if configured:
        return Path(configured)
    return Path(tempfile.gettempdir()) / f'netbox-hedgehog-{os.getuid()}'
