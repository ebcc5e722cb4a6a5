"""`manage.py hedgehog_sync FABRIC` or `--all`: brings NetBox and Git together.

`--dry-run` tells what it would commit; `--kind`, `--name`, `--namespace` narrow what it publishes.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from ...choices import SyncOperationTypeChoices
from ...models import HedgehogFabric, SyncOperation
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
        parser.add_argument(
            '--dry-run', action='store_true', help='tell what would be committed, and do nothing'
        )
        parser.add_argument(
            '--publish',
            action='store_true',
            help='publish the edits of a fabric that publishes by hand too',
        )
        for name, words in _FILTERS.items():
            parser.add_argument(
                f'--{name}',
                action='append',
                default=[],
                help=f'publish edits of {words} only; may be given several times',
            )

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

    def operation_options(
        self, fabric: HedgehogFabric, options: dict[str, Any]
    ) -> dict[str, Any] | None:
        config: dict[str, Any] = {
            name: True for name in ('dry_run', 'publish') if options.get(name)
        }
        filters = {f'{name}s': options[name] for name in _FILTERS if options.get(name)}
        if filters:
            config['resource_filters'] = filters
        return config or None

    def tell(self, operation: SyncOperation) -> None:
        super().tell(operation)
        plan = operation.plan or {}
        if not plan.get('dry_run'):
            return
        count = len(plan['commits'])
        self.stdout.write(f'Nothing was done. It would make {count or "no"} commits.')
        for commit in plan['commits']:
            self.stdout.write(f'\n{commit["subject"]} ({commit["user"] or "the system"})')
            self.stdout.write(commit['diff'] + ('[cut]' if commit['diff_cut'] else ''))
        for conflict in plan['conflicts']:
            self.stdout.write(f'conflict: {conflict["message"]}')
        for refused in plan['refused'].values():
            self.stdout.write(f'refused: {refused}')


# Which edits are published; what Git says is always read as a whole.
_FILTERS = {
    'kind': 'this kind',
    'name': 'objects whose name fits this pattern, such as vpc-*,',
    'namespace': 'this namespace',
}
