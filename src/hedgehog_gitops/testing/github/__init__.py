"""The parts of the stand-in for GitHub; `testing/github_server.py` puts them together."""

from .apps import GitHubApp
from .state import Budget, Grant

__all__ = ['Budget', 'GitHubApp', 'Grant']
