"""The evidence folder of `hedgehog_clean_state`: what was asked of NetBox's API, and what it shows.

The API is called as a client would, in this process and in a user's name, so the calls go through
NetBox's own views, permissions and change log.
"""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from rest_framework.test import APIClient

__all__ = ['Api', 'creation_body', 'write_json']


@dataclass
class Api:
    """Calls NetBox's REST API in a user's name, and keeps each call with its time."""

    user: Any
    log: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._client = APIClient(raise_request_exception=False)
        self._client.force_authenticate(self.user)
        hosts = [host for host in settings.ALLOWED_HOSTS if '*' not in host]
        self._host = hosts[0].lstrip('.') if hosts else 'localhost'

    def call(self, method: str, path: str, body: Any = None, *, expect: int) -> Any:
        """Makes one call below the plugin's API; anything but `expect` ends the command."""
        address = f'/{settings.BASE_PATH}api/plugins/hedgehog/{path}'
        begun = time.monotonic()
        answer = self._client.generic(
            method,
            address,
            json.dumps(body) if body is not None else '',
            content_type='application/json',
            HTTP_HOST=self._host,
            HTTP_ACCEPT='application/json',
        )
        self.log.append(
            {
                'method': method,
                'path': address,
                'status': answer.status_code,
                'seconds': round(time.monotonic() - begun, 3),
            }
        )
        said = json.loads(answer.content) if answer.content else None
        if answer.status_code != expect:
            raise CommandError(f'{method} {address} answered {answer.status_code}: {said}')
        return said


def creation_body(shown: dict[str, Any], writable: set[str]) -> dict[str, Any]:
    """What makes the same object again, from how the API shows it."""
    body = {name: _plain(value) for name, value in shown.items() if name in writable}
    return {name: value for name, value in body.items() if value is not None}


def write_json(path: Path, value: Any) -> None:
    """Writes a value so that two of them can be compared by eye and by `diff`."""
    text = json.dumps(value, indent=2, sort_keys=True, default=str)
    path.write_text(f'{text}\n', encoding='utf-8')


def _plain(value: Any) -> Any:
    """A choice as its value, a related object as its id, a list of them as ids."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict) and 'id' in value:
        return value['id']
    if isinstance(value, dict) and value.keys() == {'value', 'label'}:
        return value['value']
    return value
