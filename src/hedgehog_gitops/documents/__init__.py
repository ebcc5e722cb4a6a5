"""YAML text and its meaning: reads, cuts, joins, edits by splice, compares. Knows no Git."""

from .canonical import (
    OWN_ANNOTATIONS,
    SERVER_OWNED,
    canonical,
    digest,
    in_default_namespace,
    meaning,
    value_bytes,
    without_default_namespace,
    without_nulls,
)
from .document import Document, Reading, read, unread
from .edit import CannotEdit, Edited, comments, edit_document
from .emit import emit
from .fields import (
    ABSENT,
    Absent,
    FieldPath,
    changed_fields,
    field_at,
    format_field_path,
    parse_field_path,
    set_field,
    unset_field,
)
from .limits import DEEPEST, LIMIT_REASONS, Limits, limits_from
from .list_items import ListItem, item_ranges, list_items
from .stream import Piece, Stream, cut, join, too_large
from .values import Value, mapping, normal, same

__all__ = [
    'ABSENT',
    'DEEPEST',
    'LIMIT_REASONS',
    'OWN_ANNOTATIONS',
    'SERVER_OWNED',
    'Absent',
    'CannotEdit',
    'Document',
    'Edited',
    'FieldPath',
    'Limits',
    'ListItem',
    'Piece',
    'Reading',
    'Stream',
    'Value',
    'canonical',
    'changed_fields',
    'comments',
    'cut',
    'digest',
    'edit_document',
    'emit',
    'field_at',
    'format_field_path',
    'in_default_namespace',
    'item_ranges',
    'join',
    'limits_from',
    'list_items',
    'mapping',
    'meaning',
    'normal',
    'parse_field_path',
    'read',
    'same',
    'set_field',
    'too_large',
    'unread',
    'unset_field',
    'value_bytes',
    'without_default_namespace',
    'without_nulls',
]
