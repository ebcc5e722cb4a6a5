"""Periodic work beside the schedule: watching thresholds, and cleaning up once a day."""

from typing import Any

from django.utils import timezone
from netbox.jobs import system_job

from ..sync.alerts import check_alerts
from ..sync.housekeeping import clean_up
from .operations import PeriodicJob

__all__ = ['HealthCheckJob', 'HousekeepingJob']

DAY = 24 * 60


@system_job(interval=DAY)
class HousekeepingJob(PeriodicJob):
    """Every day: removes records that are over and older than the settings say."""

    class Meta:
        name = 'Hedgehog: housekeeping'

    def run(self, **kwargs: Any) -> None:
        removed = clean_up(timezone.now())
        self.job.data = {'removed': removed}
        for name, count in removed.items():
            self.logger.info(f'removed {count} of {name}')


@system_job(interval=5)
class HealthCheckJob(PeriodicJob):
    """Every five minutes: raises alerts where a threshold is passed, clears the others."""

    class Meta:
        name = 'Hedgehog: health check'

    def run(self, **kwargs: Any) -> None:
        for alert in check_alerts(timezone.now()):
            done = 'raised' if alert.cleared_at is None else 'cleared'
            self.logger.warning(f'fabric={alert.fabric_id}: {alert.name} {done}: {alert.message}')
