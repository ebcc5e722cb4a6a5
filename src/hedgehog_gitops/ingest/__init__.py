"""Raw drops become one object per file: reads raw/, decides on every document, returns a plan.

Stands above `plans`; called by `workflows/ingest.py` and `workflows/onboard.py`.
"""

from .known import documents_by_key, meaning_digest
from .planner import files_needed, plan_ingestion, swept_raw
from .sweep import Drop, RawDocument, Sweep, raw_files

__all__ = [
    'Drop',
    'RawDocument',
    'Sweep',
    'documents_by_key',
    'files_needed',
    'meaning_digest',
    'plan_ingestion',
    'raw_files',
    'swept_raw',
]
