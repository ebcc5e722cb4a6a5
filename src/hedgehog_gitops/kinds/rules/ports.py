"""Names of ports: `device/port`, cut at the first slash, and which names mean one port.

The rules about connections and about ports used twice ask here.
"""

__all__ = ['device_of', 'is_port', 'one_name']


def device_of(port: str) -> str:
    """The device before the first slash."""
    return port.partition('/')[0]


def is_port(port: str) -> bool:
    """Whether both the device and the port behind the first slash are named."""
    return 0 < port.find('/') < len(port) - 1


def one_name(port: str) -> str:
    """One name for one socket: E1/4, broken out, is the same as its first lane E1/4/1."""
    return f'{port}/1' if port.count('/') == 2 else port
