"""What holds for every test: it talks to this machine alone, and tries the same each time."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The same examples every time, so that a run judges the change and not its luck. Whoever gives a
# seed, as `./test nightly` does, tries others: they follow from the seed, which tries them again.
_SLOW = [HealthCheck.too_slow]
settings.register_profile('same', derandomize=True, deadline=None, suppress_health_check=_SLOW)
settings.register_profile('seed', deadline=None, suppress_health_check=_SLOW)


def pytest_configure(config: pytest.Config) -> None:
    """Chooses before any test is imported: settings are made of these."""
    settings.load_profile('seed' if config.getoption('hypothesis_seed') else 'same')


class OutsideWorld(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope='session')
def only_this_machine() -> Iterator[None]:
    """Refuses every connection which is not to the loopback address or to a local socket."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ('connect', 'connect_ex'):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise OutsideWorld(f'a test wants to talk to {address[0]}')
        return original(self, address)

    return connect


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition('%')[0]).is_loopback
    except ValueError:
        return host == 'localhost'
