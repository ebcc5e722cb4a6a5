"""The only room where reading, deciding and writing meet: one file per thing a person can ask for.

Called by the command line and by the plugin's `sync/`. `plan_x` decides, `carry_out` writes.
"""

from typing import TYPE_CHECKING

from ..lazily import lazily

# At once, because a function has the name of its module: that would be found in its place.
from .carry_out import PENDING_REF, carried_out, carry_out, commit_plan

if TYPE_CHECKING:
    from .backups import plan_backup_cleanup, with_backup, without_copies
    from .blame import FieldBlame, blame_since, resource_blame
    from .check import Checked, check_fabric, judged_fabric
    from .check_together import duplicates_at_rest
    from .checked_paths import changed_paths, check_paths, refuse_absent_paths
    from .collisions import collisions_typed
    from .difference import (
        FieldChange,
        FileDifference,
        ObjectDifference,
        fabric_difference,
        file_difference,
        resource_difference,
        the_commit,
    )
    from .drop import DroppedFile, plan_drop, plan_drop_and_ingest
    from .duplicate_rows import reading_stamp
    from .duplicates import policy_of, scan_duplicates
    from .edit import plan_edits
    from .edits import (
        Create,
        Edit,
        Remove,
        ReplaceMeaning,
        ReplaceSpec,
        ReplaceText,
        SetFields,
        Terms,
    )
    from .existing import ExistingFiles
    from .file_operations import (
        CopyFile,
        CreateFile,
        DeleteFile,
        FileOperation,
        MoveFile,
        UpdateFile,
        plan_file_operations,
    )
    from .generate import (
        WIRING_FILE,
        Generate,
        generated_kinds,
        plan_generate,
        wiring_file_at,
    )
    from .history import Entry, fabric_history, file_history, resource_history
    from .hosted_branch import HostedBranch
    from .ingest import plan_ingest
    from .known_drops import new_drops
    from .makers import MadeBy, made_by
    from .merge_branch import BranchMerge, plan_branch_merge
    from .onboard import plan_onboarding, plan_recreation, slug_of
    from .outcome import NeedsDecision, Outcome
    from .own_kinds import with_own_kinds
    from .owned_paths import path_in
    from .progress import Progress, Silent
    from .put_away import Original, originals, plan_restore_original
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
    from .removed import Removed, removed_objects
    from .render import Render, RenderPlan, plan_render, preview_render
    from .render_state import changed_templates, standing_errors
    from .render_steps import Report
    from .restore import (
        plan_restore_fabric,
        plan_restore_file,
        plan_restore_resource,
        plan_rollback,
        same_tree,
    )
    from .scan import Scan, scan_as_json
    from .settle import Settlement, plan_settlement
    from .status import Status, fabric_status
    from .sync import DesiredObject, Incoming, incoming, objects_at
    from .targets import LocalBranch, RemoteBranch, Target, TrackedBranch
    from .template_from import plan_ready_template, plan_template_from, template_text
    from .touched import last_touched
    from .trailers import command_line_trailers
    from .tree_facts import FileFacts, FileRow, file_bytes, file_facts, list_files
    from .undo import find_operation, plan_undo, plan_undo_together
    from .unwritten_texts import check_texts
    from .versions import ObjectVersion, Place, object_at, object_versions
    from .watch_events import Event
    from .watching import Around, watch

__all__ = [
    'PENDING_REF',
    'WIRING_FILE',
    'Around',
    'BranchMerge',
    'Checked',
    'CopyFile',
    'Create',
    'CreateFile',
    'DeleteFile',
    'DesiredObject',
    'DroppedFile',
    'Edit',
    'Entry',
    'Event',
    'ExistingFiles',
    'FieldBlame',
    'FieldChange',
    'FileDifference',
    'FileFacts',
    'FileOperation',
    'FileRow',
    'Generate',
    'HostedBranch',
    'Incoming',
    'LocalBranch',
    'MadeBy',
    'MoveFile',
    'NeedsDecision',
    'ObjectDifference',
    'ObjectVersion',
    'Original',
    'Outcome',
    'Place',
    'Progress',
    'RemoteBranch',
    'Remove',
    'Removed',
    'Render',
    'RenderPlan',
    'ReplaceMeaning',
    'ReplaceSpec',
    'ReplaceText',
    'Report',
    'Scan',
    'SetFields',
    'Settlement',
    'Silent',
    'Status',
    'Target',
    'Terms',
    'TrackedBranch',
    'UpdateFile',
    'WatchedFabric',
    'blame_since',
    'carried_out',
    'carry_out',
    'changed_paths',
    'changed_templates',
    'check_fabric',
    'check_paths',
    'check_texts',
    'collisions_typed',
    'command_line_trailers',
    'commit_plan',
    'duplicates_at_rest',
    'entries_below',
    'fabric_difference',
    'fabric_history',
    'fabric_status',
    'fabric_to_check',
    'fabrics_of',
    'file_bytes',
    'file_difference',
    'file_facts',
    'file_history',
    'find_fabric',
    'find_operation',
    'generated_kinds',
    'incoming',
    'inventory',
    'judged_fabric',
    'last_touched',
    'list_files',
    'load',
    'made_by',
    'new_drops',
    'object_at',
    'object_versions',
    'objects_at',
    'originals',
    'path_in',
    'plan_backup_cleanup',
    'plan_branch_merge',
    'plan_drop',
    'plan_drop_and_ingest',
    'plan_edits',
    'plan_file_operations',
    'plan_generate',
    'plan_ingest',
    'plan_onboarding',
    'plan_ready_template',
    'plan_recreation',
    'plan_render',
    'plan_restore_fabric',
    'plan_restore_file',
    'plan_restore_original',
    'plan_restore_resource',
    'plan_rollback',
    'plan_settlement',
    'plan_template_from',
    'plan_undo',
    'plan_undo_together',
    'policy_of',
    'preview_render',
    'reading_stamp',
    'refuse_absent_paths',
    'removed_objects',
    'resource_blame',
    'resource_difference',
    'resource_history',
    'same_tree',
    'scan_as_json',
    'scan_duplicates',
    'slug_of',
    'snapshot_for_diff',
    'standing_errors',
    'template_text',
    'the_commit',
    'watch',
    'wiring_file_at',
    'with_backup',
    'with_own_kinds',
    'without_copies',
]

# Where each name is, so that a command loads what its verb needs and nothing else: all of it is a
# third of the time a short one takes. A house test compares it with the imports above.
_HOMES = {
    'backups': ['plan_backup_cleanup', 'with_backup', 'without_copies'],
    'blame': ['FieldBlame', 'blame_since', 'resource_blame'],
    'check': ['Checked', 'check_fabric', 'judged_fabric'],
    'check_together': ['duplicates_at_rest'],
    'checked_paths': ['changed_paths', 'check_paths', 'refuse_absent_paths'],
    'collisions': ['collisions_typed'],
    'difference': [
        'FieldChange',
        'FileDifference',
        'ObjectDifference',
        'fabric_difference',
        'file_difference',
        'resource_difference',
        'the_commit',
    ],
    'drop': ['DroppedFile', 'plan_drop', 'plan_drop_and_ingest'],
    'duplicate_rows': ['reading_stamp'],
    'duplicates': ['policy_of', 'scan_duplicates'],
    'edit': ['plan_edits'],
    'edits': [
        'Create',
        'Edit',
        'Remove',
        'ReplaceMeaning',
        'ReplaceSpec',
        'ReplaceText',
        'SetFields',
        'Terms',
    ],
    'existing': ['ExistingFiles'],
    'removed': ['Removed', 'removed_objects'],
    'touched': ['last_touched'],
    'tree_facts': ['FileFacts', 'FileRow', 'file_bytes', 'file_facts', 'list_files'],
    'file_operations': [
        'CopyFile',
        'CreateFile',
        'DeleteFile',
        'FileOperation',
        'MoveFile',
        'UpdateFile',
        'plan_file_operations',
    ],
    'generate': [
        'WIRING_FILE',
        'Generate',
        'generated_kinds',
        'plan_generate',
        'wiring_file_at',
    ],
    'history': ['Entry', 'fabric_history', 'file_history', 'resource_history'],
    'hosted_branch': ['HostedBranch'],
    'ingest': ['plan_ingest'],
    'known_drops': ['new_drops'],
    'makers': ['MadeBy', 'made_by'],
    'merge_branch': ['BranchMerge', 'plan_branch_merge'],
    'onboard': ['plan_onboarding', 'plan_recreation', 'slug_of'],
    'put_away': ['Original', 'originals', 'plan_restore_original'],
    'outcome': ['NeedsDecision', 'Outcome'],
    'own_kinds': ['with_own_kinds'],
    'owned_paths': ['path_in'],
    'progress': ['Progress', 'Silent'],
    'raw_folder': ['WatchedFabric'],
    'reading': [
        'entries_below',
        'fabric_to_check',
        'fabrics_of',
        'find_fabric',
        'inventory',
        'load',
        'snapshot_for_diff',
    ],
    'render': ['Render', 'RenderPlan', 'plan_render', 'preview_render'],
    'render_state': ['changed_templates', 'standing_errors'],
    'render_steps': ['Report'],
    'restore': [
        'plan_restore_fabric',
        'plan_restore_file',
        'plan_restore_resource',
        'plan_rollback',
        'same_tree',
    ],
    'scan': ['Scan', 'scan_as_json'],
    'settle': ['Settlement', 'plan_settlement'],
    'status': ['Status', 'fabric_status'],
    'sync': ['DesiredObject', 'Incoming', 'incoming', 'objects_at'],
    'targets': ['LocalBranch', 'RemoteBranch', 'Target', 'TrackedBranch'],
    'template_from': ['plan_ready_template', 'plan_template_from', 'template_text'],
    'trailers': ['command_line_trailers'],
    'undo': ['find_operation', 'plan_undo', 'plan_undo_together'],
    'unwritten_texts': ['check_texts'],
    'versions': ['ObjectVersion', 'Place', 'object_at', 'object_versions'],
    'watching': ['Around', 'watch'],
    'watch_events': ['Event'],
}

__getattr__ = lazily(__name__, _HOMES)
