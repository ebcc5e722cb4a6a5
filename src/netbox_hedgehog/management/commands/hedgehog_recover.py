"""`manage.py hedgehog_recover`: takes up at once what killed workers left."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ...choices import SyncOperationTypeChoices, TriggerTypeChoices
from ...jobs import HERE, NOW, OperationJob, ScheduleJob, close_abandoned, enqueue_operation
from ...sync import recover

__all__ = ['Command']


class Command(BaseCommand):
    """Closes operations and jobs of dead workers, and starts what waits."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            '--now', action='store_true', help='carry the work out here instead of asking a worker'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dead = recover.recover_dead_workers()
        jobs = sum(close_abandoned(each) for each in (*OperationJob.__subclasses__(), ScheduleJob))
        self.stdout.write(f'Operations of dead workers closed on {len(dead)} fabrics; jobs: {jobs}')
        if not options['now']:
            ScheduleJob.enqueue_once(interval=1)
        for fabric in list(recover.unfinished_fabrics()):
            _, operation = enqueue_operation(
                fabric,
                SyncOperationTypeChoices.SYNC,
                user=None,
                trigger_type=TriggerTypeChoices.SCHEDULED,
                start=HERE if options['now'] else NOW,
            )
            self.stdout.write(f'{fabric}: {operation.status}')
