"""The person's desk of the engine's tests, for those that take longer."""

from ..engine.cli.conftest import command, lab, laid_out, person
from ..engine.conftest import empty_workshop, workshop

__all__ = ['command', 'empty_workshop', 'lab', 'laid_out', 'person', 'workshop']
