"""Webhook deliveries as GitHub makes them: over HTTP, signed, once, never repeated by itself."""

import hashlib
import hmac
import json
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests

from .state import Delivery, Hook

__all__ = ['Deliveries']

# GitHub gives up after ten seconds.
_PATIENCE = 10.0


@dataclass(slots=True)
class Deliveries:
    """Sends deliveries in threads of their own, and keeps what came of each."""

    made: list[Delivery] = field(default_factory=list)
    _under_way: list[threading.Thread] = field(default_factory=list)

    def send(self, hook: Hook, event: str, payload: dict[str, Any]) -> None:
        """Begins a delivery, if the hook is active and wants this event."""
        wanted = event == 'ping' or '*' in hook.events or event in hook.events
        if not (hook.active and wanted):
            return
        thread = threading.Thread(target=self._deliver, args=(hook, event, payload), daemon=True)
        self._under_way.append(thread)
        thread.start()

    def settle(self) -> list[Delivery]:
        """Waits for deliveries that are under way and returns all of them."""
        while self._under_way:
            self._under_way.pop().join(_PATIENCE)
        return self.made

    def _deliver(self, hook: Hook, event: str, payload: dict[str, Any]) -> None:
        body = json.dumps(payload).encode()
        number = str(uuid.uuid4())
        headers = {
            'Content-Type': 'application/json',
            'User-Agent': 'GitHub-Hookshot/stand-in',
            'X-GitHub-Event': event,
            'X-GitHub-Delivery': number,
            'X-GitHub-Hook-ID': str(hook.id),
        }
        if hook.secret:
            signed = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
            headers['X-Hub-Signature-256'] = f'sha256={signed}'
        try:
            answer = requests.post(
                hook.url, data=body, headers=headers, timeout=_PATIENCE, allow_redirects=False
            )
            hook.last_status = answer.status_code
        except requests.exceptions.RequestException:
            hook.last_status = 0
        self.made.append(Delivery(event, hook.url, number, hook.last_status))
