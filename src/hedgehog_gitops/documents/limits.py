"""How much one file and one document may ask of us. Passed in by the caller, never looked up.

Counted while the parser's events arrive (`loading.py`), so that hostile text stops early.
"""

from dataclasses import dataclass

__all__ = ['DEFAULT_LIMITS', 'Limits']


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file, document and structure that is read; what exceeds it is held, never cut."""

    file_bytes: int = 50 * 2**20
    document_bytes: int = 3 * 2**20
    depth: int = 100
    nodes: int = 200_000
    alias_nodes: int = 10_000
    documents: int = 100_000


DEFAULT_LIMITS = Limits()
