"""`manage.py hedgehog_checkpoint FABRIC NAME`: keeps a fabric's state, lists, goes back to one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from ...choices import CheckpointReasonChoices, SyncOperationTypeChoices
from ...models import Checkpoint, HedgehogFabric
from ...sync.checkpoints import take
from ...sync.versions import NeedsPerson
from ..running import OperationCommand, find_fabric, find_user

__all__ = ['Command']


class Command(OperationCommand):
    """Keeps commit, drafts, outbox and settings, or brings them back."""

    help = __doc__
    operation_type = SyncOperationTypeChoices.RESTORE

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument('name', nargs='?', default='', help='name of the new checkpoint')
        parser.add_argument('--note', default='', help='why it is made')
        parser.add_argument('--list', action='store_true', help='list the checkpoints instead')
        parser.add_argument('--rollback', type=int, metavar='ID', help='go back to this one')

    def handle(self, *args: Any, **options: Any) -> None:
        fabric = find_fabric(options['fabric'])
        user = find_user(options['user'])
        if options['list']:
            self._list(fabric)
        elif options['rollback'] is not None:
            self._roll_back(fabric, user, options)
        else:
            self._take(fabric, user, options)

    def _take(self, fabric: HedgehogFabric, user: Any, options: dict[str, Any]) -> None:
        if not options['name']:
            raise CommandError('Give the checkpoint a name.')
        manual = CheckpointReasonChoices.MANUAL
        try:
            made = take(fabric, manual, user, name=options['name'], note=options['note'])
        except NeedsPerson as error:
            raise CommandError(f'{error.reason}: {error}') from error
        self._tell(made)

    def _list(self, fabric: HedgehogFabric) -> None:
        for each in fabric.checkpoints.all():
            self._tell(each)

    def _roll_back(self, fabric: HedgehogFabric, user: Any, options: dict[str, Any]) -> None:
        found = fabric.checkpoints.filter(pk=options['rollback']).first()
        if found is None:
            raise CommandError(f'{fabric} has no checkpoint {options["rollback"]}.')
        back_to = {'checkpoint': found.pk, 'to_commit': found.commit}
        self.carry_out(fabric, user, back_to, options['enqueue'])

    def _tell(self, each: Checkpoint) -> None:
        held = f'drafts: {each.drafts}, waiting: {each.waiting}, files replaced: {each.files_total}'
        when = f'{each.created:%Y-%m-%d %H:%M:%S}'
        self.stdout.write(f'{each.pk}  {when}  {each.commit[:12]}  {each.name} ({held})')
