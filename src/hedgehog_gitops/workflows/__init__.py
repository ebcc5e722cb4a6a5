"""The only room where reading, deciding and writing meet: one file per thing a person can ask for.

Called by the command line and by the plugin's `sync/`. `plan_x` decides, `carry_out` writes.
"""

from .carry_out import PENDING_REF, carried_out, carry_out, commit_plan
from .check import Checked, check_fabric
from .drop import DroppedFile, plan_drop
from .edit import plan_edits
from .edits import Create, Edit, Remove, ReplaceMeaning, ReplaceSpec, ReplaceText, SetFields
from .history import Entry, fabric_history, resource_history
from .ingest import plan_ingest
from .known_drops import new_drops
from .onboard import plan_onboarding, slug_of
from .outcome import NeedsDecision, Outcome
from .progress import Progress, Silent
from .reading import entries_below, find_fabric, inventory, load, snapshot_for_diff
from .status import Status, fabric_status
from .sync import DesiredObject, Incoming, incoming
from .targets import LocalBranch, RemoteBranch, Target, TrackedBranch
from .trailers import command_line_trailers
from .undo import find_operation, plan_undo

__all__ = [
    'PENDING_REF',
    'Checked',
    'Create',
    'DesiredObject',
    'DroppedFile',
    'Edit',
    'Entry',
    'Incoming',
    'LocalBranch',
    'NeedsDecision',
    'Outcome',
    'Progress',
    'RemoteBranch',
    'Remove',
    'ReplaceMeaning',
    'ReplaceSpec',
    'ReplaceText',
    'SetFields',
    'Silent',
    'Status',
    'Target',
    'TrackedBranch',
    'carried_out',
    'carry_out',
    'check_fabric',
    'command_line_trailers',
    'commit_plan',
    'entries_below',
    'fabric_history',
    'fabric_status',
    'find_fabric',
    'find_operation',
    'incoming',
    'inventory',
    'load',
    'new_drops',
    'plan_drop',
    'plan_edits',
    'plan_ingest',
    'plan_onboarding',
    'plan_undo',
    'resource_history',
    'slug_of',
    'snapshot_for_diff',
]
