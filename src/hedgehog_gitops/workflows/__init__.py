"""The only room where reading, deciding and writing meet: one file per thing a person can ask for.

Called by the command line and by the plugin's `sync/`. `plan_x` decides, `carry_out` writes.
"""

from .carry_out import PENDING_REF, carried_out, carry_out, commit_plan
from .check import Checked, check_fabric, judged_fabric
from .check_together import duplicates_at_rest
from .drop import DroppedFile, plan_drop, plan_drop_and_ingest
from .edit import plan_edits
from .edits import Create, Edit, Remove, ReplaceMeaning, ReplaceSpec, ReplaceText, SetFields, Terms
from .existing import ExistingFiles
from .history import Entry, fabric_history, resource_history
from .hosted_branch import HostedBranch
from .ingest import plan_ingest
from .known_drops import new_drops
from .merge_branch import BranchMerge, plan_branch_merge
from .onboard import plan_onboarding, plan_recreation, slug_of
from .outcome import NeedsDecision, Outcome
from .own_kinds import with_own_kinds
from .progress import Progress, Silent
from .raw_folder import WatchedFabric
from .reading import (
    entries_below,
    fabric_to_check,
    fabrics_of,
    find_fabric,
    inventory,
    load,
    snapshot_for_diff,
)
from .status import Status, fabric_status
from .sync import DesiredObject, Incoming, incoming, objects_at
from .targets import LocalBranch, RemoteBranch, Target, TrackedBranch
from .trailers import command_line_trailers
from .undo import find_operation, plan_undo
from .watch import Around, watch
from .watch_events import Event

__all__ = [
    'PENDING_REF',
    'Around',
    'BranchMerge',
    'Checked',
    'Create',
    'DesiredObject',
    'DroppedFile',
    'Edit',
    'Entry',
    'Event',
    'ExistingFiles',
    'HostedBranch',
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
    'Terms',
    'TrackedBranch',
    'WatchedFabric',
    'carried_out',
    'carry_out',
    'check_fabric',
    'command_line_trailers',
    'commit_plan',
    'duplicates_at_rest',
    'entries_below',
    'fabric_history',
    'fabric_status',
    'fabric_to_check',
    'fabrics_of',
    'find_fabric',
    'find_operation',
    'incoming',
    'inventory',
    'judged_fabric',
    'load',
    'new_drops',
    'objects_at',
    'plan_branch_merge',
    'plan_drop',
    'plan_drop_and_ingest',
    'plan_edits',
    'plan_ingest',
    'plan_onboarding',
    'plan_recreation',
    'plan_undo',
    'resource_history',
    'slug_of',
    'snapshot_for_diff',
    'watch',
    'with_own_kinds',
]
