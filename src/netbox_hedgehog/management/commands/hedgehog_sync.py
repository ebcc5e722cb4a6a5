"""`manage.py hedgehog_sync FABRIC` or `--all`: brings NetBox and Git together."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from ...choices import SyncOperationTypeChoices
from ...models import HedgehogFabric
from ..running import OperationCommand

__all__ = ['Command']


class Command(OperationCommand):
    """Reads what changed in Git, and publishes what changed in NetBox."""

    help = __doc__
    operation_type = SyncOperationTypeChoices.SYNC

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            '--all', action='store_true', help='every fabric that may be synchronised'
        )
        for action in parser._actions:
            if action.dest == 'fabric':
                action.nargs = '?'

    def handle(self, *args: Any, **options: Any) -> None:
        if not options['all']:
            if not options['fabric']:
                raise CommandError('Name a fabric, or give --all.')
            super().handle(*args, **options)
            return
        failed = []
        fabrics = HedgehogFabric.objects.filter(sync_enabled=True, git_repository__enabled=True)
        for fabric in fabrics.order_by('name'):
            try:
                super().handle(*args, **{**options, 'fabric': str(fabric.pk)})
            except CommandError as error:
                failed.append(fabric.name)
                self.stderr.write(str(error))
        if failed:
            raise CommandError(f'Not synchronised: {", ".join(failed)}.')
