"""`manage.py hedgehog_generate FABRIC`: makes a fabric say what NetBox's devices and cables say."""

from argparse import ArgumentParser
from typing import Any

from ...choices import SyncOperationTypeChoices
from ...models import HedgehogFabric
from ..running import OperationCommand

__all__ = ['Command']


class Command(OperationCommand):
    """Generates the wiring by one commit; without a choice the one that is kept in Git counts."""

    help = __doc__
    operation_type = SyncOperationTypeChoices.WIRING_GENERATION

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        for name, what in (
            ('site', 'devices of this site'),
            ('location', 'devices in this location, or inside of it'),
            ('tag', 'devices that carry this tag'),
        ):
            text = f'{what}, by its slug; repeatable'
            parser.add_argument(f'--{name}', action='append', metavar='SLUG', help=text)
        parser.add_argument(
            '--vpc-tag', default='', metavar='SLUG', help='tag of VRFs and the like'
        )
        parser.add_argument(
            '--hold-removed',
            action='store_true',
            help='keep objects whose device or cable has gone',
        )

    def operation_options(self, fabric: HedgehogFabric, options: dict[str, Any]) -> dict[str, Any]:
        """The choice and what becomes of what has gone."""
        select = {
            'sites': options['site'] or [],
            'locations': options['location'] or [],
            'tags': options['tag'] or [],
            'vpc_tag': options['vpc_tag'],
        }
        removed = 'hold' if options['hold_removed'] else 'follow'
        return {'select': select if any(select.values()) else {}, 'removed': removed}
