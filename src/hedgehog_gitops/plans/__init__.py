"""What will change, and why: a plan is a pure value which can be shown, stored and carried out.

Made by the deciding rooms above, carried out by `workflows/carry_out.py` and nobody else.
"""

from .changes import Change, Delete, Move, Write, change_as_json
from .conflict import ClashRule, Conflict, ConflictKind, Settlement, Side, later_side
from .explain import as_diff, as_json, commit_message, text_diff
from .log_writes import log_writes
from .operation import Operation
from .plan import OperationKind, Plan

__all__ = [
    'Change',
    'ClashRule',
    'Conflict',
    'ConflictKind',
    'Delete',
    'Move',
    'Operation',
    'OperationKind',
    'Plan',
    'Settlement',
    'Side',
    'Write',
    'as_diff',
    'as_json',
    'change_as_json',
    'commit_message',
    'later_side',
    'log_writes',
    'text_diff',
]
