"""Background work: NetBox's jobs, and the one door by which everybody asks for it."""

from .asking import (
    Resolutions,
    enqueue_close,
    enqueue_discard,
    enqueue_files,
    enqueue_merge,
    enqueue_pushed,
    enqueue_render,
    enqueue_resolution,
    enqueue_restore,
    enqueue_retry,
    enqueue_undo,
    enqueue_upload,
)
from .duplicates import enqueue_scan, enqueue_settlement
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
from .wiring import enqueue_device_import, enqueue_generation

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
    'enqueue_close',
    'enqueue_device_import',
    'enqueue_discard',
    'enqueue_files',
    'enqueue_generation',
    'enqueue_merge',
    'enqueue_operation',
    'enqueue_pushed',
    'enqueue_render',
    'enqueue_resolution',
    'enqueue_restore',
    'enqueue_retry',
    'enqueue_scan',
    'enqueue_settlement',
    'enqueue_undo',
    'enqueue_upload',
    'worker_available',
]
