"""The health check: thresholds of the settings against rows; each alert is raised and cleared once.

The periodic job calls `check_alerts`. What is raised is a row, so that neither a restart nor a
second worker raises it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Min

from ..choices import AlertChoices as Name
from ..choices import (
    CircuitStateChoices,
    OperationStatusChoices,
    OutboxStateChoices,
    PublishModeChoices,
    SyncDirectionChoices,
)
from ..models import HealthAlert, HedgehogFabric
from .features import Feature, is_on
from .health import DAY, ended
from .notify import tell_alert
from .recover import self_acting_fabrics
from .settings import SyncSettings, sync_settings

__all__ = ['Passed', 'check_alerts', 'passed_thresholds']

# Of fewer operations no share is worth an alert.
LEAST_OPERATIONS = 4

_ON_THE_WAY = (
    OutboxStateChoices.PENDING,
    OutboxStateChoices.PUSHING,
    OutboxStateChoices.FAILED,
)


@dataclass(frozen=True, slots=True)
class Passed:
    """A threshold that is passed, what was measured, and what to tell."""

    name: str
    value: float
    threshold: float
    message: str


def check_alerts(now: datetime) -> list[HealthAlert]:
    """Looks at every fabric; returns the alerts that were raised or cleared just now."""
    settings = sync_settings()
    acting = set(self_acting_fabrics().values_list('pk', flat=True))
    changed: list[HealthAlert] = []
    fabrics = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state')
    for fabric in fabrics.order_by('pk'):
        passed = {
            each.name: each
            for each in (passed_thresholds(fabric, settings, now) if fabric.pk in acting else ())
        }
        changed += _brought_up_to_date(fabric, passed, now)
    for alert in changed:
        tell_alert(alert)
    return changed


def passed_thresholds(
    fabric: HedgehogFabric, settings: SyncSettings, now: datetime
) -> Iterator[Passed]:
    """Yields the thresholds the fabric has passed; 0 in the settings switches one off."""
    for limit, look in (
        (settings.alert_outbox_seconds, _outbox),
        (settings.alert_sync_intervals, _overdue),
        (settings.alert_failure_percent, _failures),
        (settings.alert_circuit_seconds, _circuit),
    ):
        if limit and (passed := look(fabric, limit, now)) is not None:
            yield passed


def _brought_up_to_date(
    fabric: HedgehogFabric, passed: dict[str, Passed], now: datetime
) -> Iterator[HealthAlert]:
    raised = {alert.name: alert for alert in fabric.alerts.filter(cleared_at=None)}
    for name, each in passed.items():
        if name not in raised and (alert := _raised(fabric, each, now)) is not None:
            yield alert
    for name, alert in raised.items():
        if name not in passed:
            alert.fabric, alert.cleared_at = fabric, now
            # Another worker may have been at it at the same time.
            if HealthAlert.objects.filter(pk=alert.pk, cleared_at=None).update(cleared_at=now):
                yield alert


def _raised(fabric: HedgehogFabric, passed: Passed, now: datetime) -> HealthAlert | None:
    try:
        with transaction.atomic():
            return HealthAlert.objects.create(
                fabric=fabric,
                name=passed.name,
                message=passed.message,
                value=passed.value,
                threshold=passed.threshold,
                raised_at=now,
            )
    except IntegrityError:
        # Another worker was faster, and tells.
        return None


def _outbox(fabric: HedgehogFabric, limit: int, now: datetime) -> Passed | None:
    """Edits that go out by themselves; where a person publishes, or nobody may, they wait well."""
    by_itself = (
        fabric.publish_mode == PublishModeChoices.DIRECT
        and fabric.sync_direction != SyncDirectionChoices.GIT_TO_GUI
        and is_on(Feature.BIDIRECTIONAL_SYNC)
    )
    if not by_itself:
        return None
    waiting = fabric.outbox_entries.filter(state__in=_ON_THE_WAY)
    oldest = waiting.aggregate(oldest=Min('created'))['oldest']
    age = (now - oldest).total_seconds() if oldest is not None else 0.0
    if age < limit:
        return None
    message = f'{waiting.count()} edits wait for Git, the oldest for {age:.0f} s'
    return Passed(Name.OUTBOX_WAITING, age, limit, message)


def _overdue(fabric: HedgehogFabric, limit: int, now: datetime) -> Passed | None:
    state = getattr(fabric, 'sync_state', None)
    if not fabric.sync_interval or not fabric.gitops_initialized or state is None:
        return None
    since = state.last_sync or fabric.created
    intervals = (now - since).total_seconds() / fabric.sync_interval
    if intervals < limit:
        return None
    message = f'the last successful sync is {intervals:.0f} intervals old'
    return Passed(Name.SYNC_OVERDUE, intervals, limit, message)


def _failures(fabric: HedgehogFabric, limit: int, now: datetime) -> Passed | None:
    over = ended(fabric, now - DAY)
    total = over.count()
    failed = over.filter(status=OperationStatusChoices.FAILED).count()
    share = 100 * failed / total if total else 0.0
    if total < LEAST_OPERATIONS or share < limit:
        return None
    message = f'{failed} of {total} operations failed within 24 hours'
    return Passed(Name.FAILURE_SHARE, share, limit, message)


def _circuit(fabric: HedgehogFabric, limit: int, now: datetime) -> Passed | None:
    """Counted from the last answer: each probe that fails opens the circuit anew."""
    state = getattr(fabric.git_repository, 'state', None)
    if state is None or state.circuit_state == CircuitStateChoices.CLOSED:
        return None
    since = state.last_fetched or state.circuit_opened_at or now
    silent = (now - since).total_seconds()
    if silent < limit:
        return None
    message = f'the Git server has not answered for {silent:.0f} s'
    return Passed(Name.CIRCUIT_OPEN, silent, limit, message)
