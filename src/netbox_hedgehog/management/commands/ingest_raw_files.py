"""`manage.py ingest_raw_files FABRIC`: brings every object of raw/ into a file of its own."""

from ...choices import SyncOperationTypeChoices
from ..running import OperationCommand

__all__ = ['Command']


class Command(OperationCommand):
    """Takes in the files below raw/, in one commit, and brings the rows to it."""

    help = __doc__
    operation_type = SyncOperationTypeChoices.FILE_INGESTION
