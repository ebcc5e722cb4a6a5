"""Conflicts and groups of duplicates in one request: answers `fabrics/{id}/resolve-conflicts/`."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ...models import HedgehogFabric
from .. import serializers
from .actions import valid
from .duplicates import settle_by_hand
from .resolve import resolve_asked

__all__ = ['resolve_and_settle']

NO_CONFLICTS: dict[str, Any] = {
    'conflicts_targeted': 0,
    'conflicts_decided': 0,
    'conflicts_left': [],
    'conflicts_auto_resolvable': 0,
    'conflicts_skipped': 0,
    'status_url': None,
    'job': None,
    'operation': None,
}


def resolve_and_settle(request: Request, fabric: HedgehogFabric) -> Response:
    """Groups first: what is refused about them decides no conflict."""
    asked = valid(serializers.ResolveConflictsSerializer, request)
    settlement = settle_by_hand(request, fabric, asked['groups'], asked['resolution_notes'])
    if asked['conflict_ids']:
        answer = resolve_asked(request, fabric, asked)
    else:
        answer = Response(dict(NO_CONFLICTS))
    answer.data = {
        **answer.data,
        'groups_targeted': len(asked['groups']),
        'settlement': settlement,
    }
    if settlement is not None:
        answer.status_code = 202
    return answer
