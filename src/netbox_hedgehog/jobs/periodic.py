"""Periodic work beside the schedule: cleaning up once a day."""

from typing import Any

from django.utils import timezone
from netbox.jobs import system_job

from ..sync.housekeeping import clean_up
from .operations import PeriodicJob

__all__ = ['HousekeepingJob']

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
