"""Django signals other packages may listen to, each sent after the transaction it tells about.

A receiver that raises is logged and stops nobody. `docs/guide/extending.md` has an example.

`operation_finished`: arguments `operation` (a SyncOperation that ended, however) and `fabric`.
`file_changed`: `fabric`, `operation`, `paths` (changed in Git by others), commits `base`, `head`.
`conflict_detected`: `conflict` (a ConflictResolution) and `fabric`.
`resolution_complete`: `fabric`, `operation` or None, and `left`. No conflict of the fabric is open
now (`left` is 0), or groups of duplicates were settled, and `left` of them are open still.
`duplicate_detected`: `fabric`, `operation` and `group` (a YAMLDuplicateGroup that is new).
`template_updated`: `fabric`, `operation` and `paths` (below templates/, changed by whomever).
"""

from django.dispatch import Signal

__all__ = [
    'conflict_detected',
    'duplicate_detected',
    'file_changed',
    'operation_finished',
    'resolution_complete',
    'template_updated',
]

conflict_detected = Signal()
duplicate_detected = Signal()
file_changed = Signal()
operation_finished = Signal()
resolution_complete = Signal()
template_updated = Signal()
