"""Says when a failed operation is tried again, and writes down every signal it hears."""

from netbox_hedgehog import signals
from netbox_hedgehog.sync.extending import Failure, GiveUp, RetryAfter

heard: list[tuple[str, dict]] = []


def broken(failure: Failure) -> None:
    raise RuntimeError('it broke')


def password_is_rotated(failure: Failure) -> RetryAfter | None:
    """Our passwords are rotated at night; ten minutes later they are everywhere."""
    return RetryAfter(600) if failure.reason == 'CredentialsRefused' else None


def no_patience(failure: Failure) -> GiveUp | None:
    return GiveUp() if failure.category == 'network' else None


def connect() -> None:
    """Listens to every signal the plugin has."""
    for name in signals.__all__:
        getattr(signals, name).connect(_receiver(name), dispatch_uid=name)


def disconnect() -> None:
    for name in signals.__all__:
        getattr(signals, name).disconnect(dispatch_uid=name)
    _kept.clear()


_kept = []


def _receiver(name: str):
    def receive(**arguments) -> None:
        heard.append((name, arguments))

    # Django holds receivers weakly.
    _kept.append(receive)
    return receive
