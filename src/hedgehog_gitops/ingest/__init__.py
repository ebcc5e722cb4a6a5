"""Raw drops become one object per file: reads raw/, decides on every document, returns a plan.

Stands above `plans`; called by `workflows/ingest.py` and `workflows/onboard.py`.
"""

from .homes import managed_text
from .homing import moves_home
from .ingested import documents_by_key
from .known import Joins
from .planner import files_needed, newest_entries, plan_ingestion, swept_raw
from .sweep import Drop, RawDocument, Sweep, raw_files

__all__ = [
    'Drop',
    'Joins',
    'RawDocument',
    'Sweep',
    'documents_by_key',
    'files_needed',
    'managed_text',
    'moves_home',
    'newest_entries',
    'plan_ingestion',
    'raw_files',
    'swept_raw',
]
