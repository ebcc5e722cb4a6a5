"""What the OpenAPI schema says of every action beside what its view says: the errors all can have.

409, 412, 413, 422, 502 and 503 come from what an action does, so each says its own. Who may not do
it, who asks too often, and what is not there or not readable is the same everywhere.
"""

from collections.abc import Iterator
from typing import Any

from core.api.schema import NetBoxAutoSchema
from drf_spectacular.plumbing import get_doc

from . import serializers

__all__ = ['STANDARD_ACTIONS', 'ActionSchema']

# NetBox's own: their errors have NetBox's shape, and NetBox does not describe them.
STANDARD_ACTIONS = frozenset(
    (
        'list',
        'retrieve',
        'create',
        'update',
        'partial_update',
        'destroy',
        'bulk_update',
        'bulk_partial_update',
        'bulk_destroy',
    )
)


class ActionSchema(NetBoxAutoSchema):
    """Describes an action's errors; mixed by `extend_schema` with what the action says itself."""

    def get_description(self) -> str:
        """What the action says of itself; NetBox takes what the whole view says."""
        action = getattr(self.view, 'action', None) or self.method.lower()
        if action in STANDARD_ACTIONS:
            return super().get_description()
        return get_doc(getattr(self.view, action, None)) or super().get_description()

    def _get_response_bodies(self, direction: str = 'response') -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in self._errors():
            if status not in bodies:
                bodies[status] = self._get_response_for_code(
                    serializers.ErrorSerializer, status, direction=direction
                )
        return bodies

    def _errors(self) -> Iterator[str]:
        action = getattr(self.view, 'action', None)
        if self.view.rate_of(action):
            yield '429'
        if action in STANDARD_ACTIONS:
            return
        yield '403'
        if '{' in self.path:
            yield '404'
        if self.method != 'GET' or self._get_parameters():
            yield '400'
