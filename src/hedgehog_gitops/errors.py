"""What can stop an operation, sorted by what the caller does next.

    EngineError
    |-- NeedsPerson          a person must change something; repeating is useless
    |   `-- StalePlan        the branch moved since the plan was shown
    |-- Rejected             the server refused for good (hook, protection, permission)
    `-- TryAgainLater        the same call may succeed later, `after` seconds from now
        |-- BranchMoved      somebody else's commit arrived first; read again, plan again
        `-- OutcomeUnknown   the push broke off; only reading the remote tells what happened

Bad data is never an exception: it is a `Finding`. Anything else that is raised is a bug.
Every error carries a `reason`: a stable CamelCase word, listed in docs/reference/reasons.md.
"""

__all__ = [
    'BranchMoved',
    'EngineError',
    'NeedsPerson',
    'OutcomeUnknown',
    'Rejected',
    'StalePlan',
    'TryAgainLater',
]


class EngineError(Exception):
    """Something stopped the operation; nothing was published."""

    def __init__(self, reason: str, message: str, *, hint: str = '') -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f'{self.message} {self.hint}'.strip()


class NeedsPerson(EngineError):
    """A person must change something before this can work."""


class StalePlan(NeedsPerson):
    """The branch moved since this plan was made; make it again and look at it again."""


class Rejected(EngineError):
    """The server refused the change for good."""


class TryAgainLater(EngineError):
    """The same call may succeed later; `after` is the least number of seconds to wait."""

    def __init__(self, reason: str, message: str, *, hint: str = '', after: float = 0.0) -> None:
        super().__init__(reason, message, hint=hint)
        self.after = after


class BranchMoved(TryAgainLater):
    """Another commit reached the branch first; read it and plan again."""


class OutcomeUnknown(TryAgainLater):
    """The push broke off before the answer came; the remote branch tells what happened."""
