"""Free ports on the loopback address, kept between two starts where they are still free."""

import socket

from .home import Home

__all__ = ['answers', 'port_for']


def port_for(home: Home, name: str, wish: int = 0) -> int:
    """The recorded port when it is free, else the wished one, else any; recorded."""
    ports = home.state().get('ports', {})
    for candidate in (ports.get(name), wish, 0):
        found = _bind(candidate) if candidate is not None else None
        if found is not None:
            home.record(ports=ports | {name: found})
            return found
    raise AssertionError('the system always has a free port for 0')


def answers(port: int, host: str = '127.0.0.1') -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _bind(port: int) -> int | None:
    with socket.socket() as probe:
        # A port whose last connections are only fading away counts as free, as it does for servers.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return None
        found: int = probe.getsockname()[1]
        return found
