"""Background work: NetBox's jobs, and the one door by which everybody asks for it."""

from .asking import (
    Resolutions,
    enqueue_pushed,
    enqueue_resolution,
    enqueue_undo,
    enqueue_upload,
)
from .operations import (
    HERE,
    NOW,
    IngestRawFilesJob,
    InitialiseDirectoryJob,
    OperationJob,
    ScheduleJob,
    Start,
    SyncFabricJob,
    close_abandoned,
    enqueue_operation,
    worker_available,
)
from .periodic import HealthCheckJob, HousekeepingJob

__all__ = [
    'HERE',
    'NOW',
    'HealthCheckJob',
    'HousekeepingJob',
    'IngestRawFilesJob',
    'InitialiseDirectoryJob',
    'OperationJob',
    'Resolutions',
    'ScheduleJob',
    'Start',
    'SyncFabricJob',
    'close_abandoned',
    'enqueue_operation',
    'enqueue_pushed',
    'enqueue_resolution',
    'enqueue_undo',
    'enqueue_upload',
    'worker_available',
]
