"""`manage.py hedgehog_erase_clone`: overwrites and removes this machine's copy of a repository."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...models import GitRepository
from ...sync.stores import EngineError, erase_store

__all__ = ['Command']

REST = """\
The server still has every byte in its history. Its owner removes it there, for example with
`git filter-repo --invert-paths --path FILE` and a forced push, and has the host drop what it
caches. Then initialise the fabric in NetBox again, so that it follows the rewritten branch.
NetBox's database and its backups hold the text of objects, drafts, uploads and checkpoints:
remove those rows, too."""


class Command(BaseCommand):
    """Erases the clone; the next synchronisation fetches what the server has then."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('repository', help='its name')

    def handle(self, *args: Any, **options: Any) -> None:
        repository = GitRepository.objects.filter(name=options['repository']).first()
        if repository is None:
            raise CommandError(f'There is no repository {options["repository"]!r}.')
        try:
            count = erase_store(repository)
        except EngineError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f'{count} files of the copy on this machine overwritten and removed.')
        self.stdout.write(REST)
