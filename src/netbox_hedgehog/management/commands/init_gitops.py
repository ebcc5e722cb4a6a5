"""`manage.py init_gitops FABRIC`: creates the layout of a fabric in its repository."""

from ...choices import SyncOperationTypeChoices
from ..running import OperationCommand

__all__ = ['Command']


class Command(OperationCommand):
    """Creates raw/, unmanaged/ and managed/ and takes in the YAML that is there already."""

    help = __doc__
    operation_type = SyncOperationTypeChoices.DIRECTORY_INIT
