"""`manage.py hedgehog_rekey`: seals stored credentials anew with the newest encryption key."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...sync.rekey import NeedsPerson, rekey, stored_secrets
from ...sync.sealing import newest_key
from ...sync.settings import sync_settings

__all__ = ['Command']


class Command(BaseCommand):
    """Changes keys, never secrets; may be run as often as one likes, and while NetBox works."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            '--check', action='store_true', help='only tell which key seals how many secrets'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options['check']:
            self.seal_anew()
        secrets = list(stored_secrets())
        self.tell(Counter(each.key for each in secrets if each.trouble is None))
        shut = [f'{each}: {each.trouble}' for each in secrets if each.trouble]
        for line in shut:
            self.stderr.write(line)
        if shut:
            raise CommandError(f'{_secrets(len(shut))} cannot be opened.')

    def seal_anew(self) -> None:
        try:
            newest, changed = newest_key(), rekey()
        except NeedsPerson as error:
            raise CommandError(str(error)) from error
        for number, count in sorted(changed.items()):
            self.stdout.write(f'{_secrets(count)} of key {number} sealed anew with key {newest}.')

    def tell(self, sealed: Counter[int | None]) -> None:
        for number in sorted(sync_settings().encryption_keys):
            count = sealed[number]
            self.stdout.write(f'Key {number}: {_secrets(count) if count else "seals nothing"}.')


def _secrets(count: int) -> str:
    return '1 secret' if count == 1 else f'{count} secrets'
