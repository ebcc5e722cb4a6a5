"""Servers and repositories for tests, benchmarks and the demonstration. Never used in service."""

from .faults import Fault
from .git_server import GitHttpServer
from .repositories import decline_pushes, make_repository

__all__ = ['Fault', 'GitHttpServer', 'decline_pushes', 'make_repository']
