"""The person's desk of the engine's tests, for those that take longer."""

from ..engine.cli.conftest import command, lab, person
from ..engine.conftest import workshop

__all__ = ['command', 'lab', 'person', 'workshop']
