"""Tables: what the lists show of each object."""

from .conflicts import ConflictResolutionTable
from .errors import ErrorRecordTable
from .fabrics import HedgehogFabricTable
from .operations import SyncOperationTable
from .outbox import OutboxEntryTable
from .repositories import GitRepositoryTable
from .resources import HedgehogResourceTable
from .uploads import RawUploadTable

__all__ = [
    'ConflictResolutionTable',
    'ErrorRecordTable',
    'GitRepositoryTable',
    'HedgehogFabricTable',
    'HedgehogResourceTable',
    'OutboxEntryTable',
    'RawUploadTable',
    'SyncOperationTable',
]
