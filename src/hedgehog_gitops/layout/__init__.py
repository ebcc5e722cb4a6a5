"""Where things live in the repository: folders, paths, inventory, manifest and archive log.

Stands above `kinds` and below `plans`. Works on values; it never touches a disk or a clone.
"""

from .annotations import annotated
from .archive_log import (
    ENTRIES_LIMIT,
    ArchiveEntry,
    HeldDocument,
    append_entries,
    empty_log,
    log_paths,
    next_part,
    origins_by_path,
    read_log,
    rotate,
)
from .drop_names import raw_path
from .fabric import ArchiveStrategy, BadDocumentPolicy, Fabric
from .inventory import (
    BlobReading,
    DocumentIdentity,
    Inventory,
    Located,
    identities,
    identities_of,
    take_inventory,
)
from .manifest import Manifest, read_manifest, render_manifest, update_manifest
from .occupied import Occupied
from .paths import (
    archived_path,
    fit_name,
    has_yaml_suffix,
    is_hidden,
    is_utf8,
    is_yaml_name,
    managed_path,
    normalise_directory,
    numbered_paths,
    path_collisions,
    reading_order,
    unread_path,
    unused_path,
)
from .scalars import scalar
from .skeleton import fixed_folders, missing_parts, skeleton
from .snapshot import Snapshot

__all__ = [
    'ENTRIES_LIMIT',
    'ArchiveEntry',
    'ArchiveStrategy',
    'BadDocumentPolicy',
    'BlobReading',
    'DocumentIdentity',
    'Fabric',
    'HeldDocument',
    'Inventory',
    'Located',
    'Manifest',
    'Occupied',
    'Snapshot',
    'annotated',
    'append_entries',
    'archived_path',
    'empty_log',
    'fit_name',
    'fixed_folders',
    'has_yaml_suffix',
    'identities',
    'identities_of',
    'is_hidden',
    'is_utf8',
    'is_yaml_name',
    'log_paths',
    'managed_path',
    'missing_parts',
    'next_part',
    'normalise_directory',
    'numbered_paths',
    'origins_by_path',
    'path_collisions',
    'raw_path',
    'read_log',
    'read_manifest',
    'reading_order',
    'render_manifest',
    'rotate',
    'scalar',
    'skeleton',
    'take_inventory',
    'unread_path',
    'unused_path',
    'update_manifest',
]
