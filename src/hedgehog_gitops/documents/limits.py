"""How much one file and one document may ask of us. Passed in by the caller, never looked up.

Counted while the parser's events arrive (`loading.py`), so that hostile text stops early. Every
limit is a setting; what exceeds one is told its name, its value and its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

__all__ = ['DEEPEST', 'DEFAULT_LIMITS', 'LIMIT_REASONS', 'Limits', 'limits_from']

_MIB = 2**20

DEEPEST = 200
"""The most `depth` may be set to: beyond 300 levels Python gives up on the calls values need."""

LIMIT_REASONS = {
    'file_bytes': 'a file is held in memory as a whole',
    'document_bytes': 'a cluster takes requests of about this size',
    'depth': 'each level costs the parser more than the one before',
    'nodes': 'a value costs hundreds of times its text in memory',
    'file_nodes': 'all documents of a file are held in memory together',
    'alias_nodes': 'a few lines of aliases can stand for billions of values',
    'documents': 'each document becomes a file of its own',
    'seconds': 'one file must not keep all others waiting',
}
"""Why each limit is there, as its message says."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file, document and structure that is read; what exceeds it is held, never cut.

    `seconds` counts for one file, and only where the caller passes a `clock`.
    """

    file_bytes: int = 50 * _MIB
    document_bytes: int = 3 * _MIB
    depth: int = 100
    nodes: int = 200_000
    file_nodes: int = 3_000_000
    alias_nodes: int = 10_000
    documents: int = 100_000
    seconds: float = 60
    clock: Callable[[], float] | None = field(default=None, compare=False, repr=False)

    def admits(self, size: int) -> bool:
        """Whether a file of so many bytes is read at all."""
        return size < self.file_bytes

    def exceeded(self, name: str, found: str) -> str:
        """What is said where a limit is exceeded: what was found, the setting, the reason."""
        return f'{found}; the limit `{name}` is {getattr(self, name):,}: {LIMIT_REASONS[name]}'


def limits_from(values: dict[str, object], base: Limits | None = None) -> Limits:
    """Limits with some values set by name; ValueError says which name or value is not one."""
    names = {row.name: row.type for row in fields(Limits) if row.name in LIMIT_REASONS}
    for name, value in values.items():
        if name not in names:
            raise ValueError(f'{name!r} is no limit; there are {", ".join(names)}')
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (name == 'seconds' and isinstance(value, float))) or not value > 0:  # type: ignore[operator]
            raise ValueError(f'the limit {name} must be a number above 0, not {value!r}')
        if name == 'depth' and isinstance(value, int) and value > DEEPEST:
            raise ValueError(f'the limit depth can be at most {DEEPEST}, not {value}')
    return replace(base or DEFAULT_LIMITS, **values)  # type: ignore[arg-type]


DEFAULT_LIMITS = Limits()
