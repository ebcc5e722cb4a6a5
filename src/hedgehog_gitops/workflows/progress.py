"""How far an operation is: told by the workflows, shown by the command line or a NetBox job."""

from typing import Protocol

__all__ = ['Progress', 'Silent']


class Progress(Protocol):
    """Is told what is being done and how much of it is done."""

    def stage(self, name: str) -> None:
        """Begins a stage: `read`, `judge`, `plan`, `commit`, `publish`."""

    def advance(self, done: int, total: int) -> None:
        """Says how much of the stage is done."""


class Silent:
    """Tells nobody."""

    def stage(self, name: str) -> None:
        pass

    def advance(self, done: int, total: int) -> None:
        pass
