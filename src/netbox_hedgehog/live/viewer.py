"""Who listens, and what they may hear. Asked when a stream begins, and again while it lasts.

A person who logs out, is deactivated or loses a permission hears nothing more after
`CHECKED_EVERY` seconds at most.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import HttpRequest

from ..models import ConflictResolution, HedgehogFabric, SyncOperation, YAMLDuplicateGroup
from ..sync.messages import MESSAGES

__all__ = ['CHECKED_EVERY', 'Refused', 'Viewer', 'Wanted', 'of_fabric', 'of_operations']

CHECKED_EVERY = 10.0


class Refused(Exception):
    """This person may not listen here; `status` is that of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to hear of: everything about a fabric, or certain operations alone."""

    fabric: int | None = None
    operations: frozenset[int] = frozenset()


def of_fabric(user: Any, pk: int) -> Wanted:
    """Returns what a fabric's page listens to."""
    _require(user, 'netbox_hedgehog.view_hedgehogfabric')
    if not HedgehogFabric.objects.restrict(user, 'view').filter(pk=pk).exists():
        raise Refused(404)
    return Wanted(fabric=pk)


def of_operations(user: Any, pks: Iterable[int]) -> Wanted:
    """Returns what a page about operations listens to: those of them the user may see."""
    _require(user, 'netbox_hedgehog.view_syncoperation')
    visible = SyncOperation.objects.restrict(user, 'view').filter(pk__in=set(pks))
    wanted = Wanted(operations=frozenset(visible.values_list('pk', flat=True)))
    if not wanted.operations:
        raise Refused(404)
    return wanted


class Viewer:
    """One person at one page, as they were when last looked at."""

    def __init__(self, session_key: str | None, wanted: Wanted) -> None:
        self._session_key, self._wanted = session_key, wanted
        self._user: Any = AnonymousUser()
        self._sees_fabric = False
        self._operations: dict[str, bool] = {}

    def admitted(self) -> bool:
        """Looks anew who this is and what they may see; False when that is nothing any more."""
        try:
            return self._looked_at()
        finally:
            _give_connections_back()

    def shown(self, news: Mapping[str, Any]) -> dict[str, Any] | None:
        """Returns a message as this person may hear it; None for one that is not for them."""
        needs = MESSAGES.get(news.get('type', ''))
        if needs is None or not self._concerns(news):
            return None
        try:
            if needs == 'objects':
                return self._with_visible_objects(news)
            return dict(news) if needs == '' or self._sees_operation(news['operation']) else None
        finally:
            _give_connections_back()

    def _looked_at(self) -> bool:
        self._user = _signed_in(self._session_key)
        self._operations = {}
        if not self._user.is_authenticated:
            return False
        if self._wanted.fabric is not None:
            fabrics = HedgehogFabric.objects.restrict(self._user, 'view')
            self._sees_fabric = fabrics.filter(pk=self._wanted.fabric).exists()
            return self._sees_fabric
        visible = SyncOperation.objects.restrict(self._user, 'view')
        known = visible.filter(pk__in=self._wanted.operations)
        self._operations = {
            str(each): True for each in known.values_list('operation_id', flat=True)
        }
        return bool(self._operations)

    def _concerns(self, news: Mapping[str, Any]) -> bool:
        if self._wanted.fabric is not None:
            return self._sees_fabric and news.get('fabric') == self._wanted.fabric
        return news.get('operation') in self._operations

    def _sees_operation(self, operation: str) -> bool:
        # A message that names no operation is about the fabric alone.
        if not operation:
            return True
        if operation not in self._operations:
            visible = SyncOperation.objects.restrict(self._user, 'view')
            self._operations[operation] = visible.filter(operation_id=operation).exists()
        return self._operations[operation]

    def _with_visible_objects(self, news: Mapping[str, Any]) -> dict[str, Any] | None:
        name = next((each for each in _NAMED if each in news['payload']), '')
        if not name:
            return None
        model, totals = _NAMED[name]
        named = news['payload'][name]
        rows = model.objects.restrict(self._user, 'view')
        visible = set(
            rows.filter(pk__in=[each['id'] for each in named]).values_list('pk', flat=True)
        )
        if not visible:
            return None
        if len(visible) == len(named):
            return dict(news)
        shown = [each for each in named if each['id'] in visible]
        payload = {**news['payload'], name: shown, f'{name}_total': len(shown)}
        # Totals of the operation tell of what is not for this person.
        payload = {key: value for key, value in payload.items() if key not in totals}
        return {**news, 'payload': payload}


# Where a message names objects -> what they are, and what else in it counts them.
_NAMED: dict[str, tuple[Any, tuple[str, ...]]] = {
    'groups': (YAMLDuplicateGroup, ()),
    'conflicts': (ConflictResolution, ('conflicts_detected', 'conflicts_resolved')),
}


def _require(user: Any, permission: str) -> None:
    if not user.is_authenticated or not user.has_perm(permission):
        raise Refused(403)


def _signed_in(session_key: str | None) -> Any:
    """The user of a session as it is now; anonymous when it is over or its password has changed."""
    if not session_key:
        return AnonymousUser()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if user.is_active else AnonymousUser()


def _give_connections_back() -> None:
    """A stream lasts: it must not sit on a database connection while it waits."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
