"""`manage.py init_gitops FABRIC`: creates the layout of a fabric in its repository."""

from argparse import ArgumentParser
from typing import Any

from ...choices import ExistingFilesChoices, SyncOperationTypeChoices
from ...sync.onboarding import onboarding_options
from ..running import OperationCommand, find_fabric

__all__ = ['Command']


class Command(OperationCommand):
    """Creates raw/, unmanaged/ and managed/ and takes in the YAML that is there already."""

    help = __doc__
    operation_type = SyncOperationTypeChoices.DIRECTORY_INIT

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            '--existing',
            choices=ExistingFilesChoices.values(),
            help='what becomes of YAML that is there already, the first time',
        )

    def asked(self, options: dict[str, Any]) -> dict[str, Any]:
        chosen = options['existing']
        return onboarding_options(find_fabric(options['fabric']), chosen) if chosen else {}
