"""`manage.py hedgehog_housekeeping`: removes old records now, as the daily job does."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...sync.housekeeping import clean_up

__all__ = ['Command']


class Command(BaseCommand):
    """Removes records that are over and older than the settings say; open ones stay."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in clean_up(timezone.now()).items():
            self.stdout.write(f'{name}: {count} removed')
