"""A GitHub App as values: who it is, and the token it gets for one installation.

`app_sign_in.py` makes the one out of the other; values only, so that nothing of the network is
loaded before it is needed.
"""

from dataclasses import dataclass, field
from datetime import datetime

from .host import Token

__all__ = ['App', 'InstallationToken']


@dataclass(frozen=True, slots=True)
class App:
    """An app by its number (or client id), where it is installed, and its private key in PEM."""

    id: str
    installation: str
    private_key: Token


@dataclass(frozen=True, slots=True)
class InstallationToken:
    """What opens the repository until `expires`, for the API and for Git alike."""

    text: str = field(repr=False)
    expires: datetime

    def reveal(self) -> str:
        """The text itself, for the one place that hands it on."""
        return self.text
