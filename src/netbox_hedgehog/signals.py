"""Signals other plugins may listen to. Each is sent after the transaction it tells about.

`operation_finished`: arguments `operation` (a SyncOperation) and `fabric`.
`conflict_detected`: arguments `conflict` (a ConflictResolution) and `fabric`.
`resources_imported`: arguments `operation`, `fabric` and `resource_ids` (created and updated rows).
"""

from django.dispatch import Signal

__all__ = ['conflict_detected', 'operation_finished', 'resources_imported']

operation_finished = Signal()
conflict_detected = Signal()
resources_imported = Signal()
