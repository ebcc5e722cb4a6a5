"""Whom PostgreSQL runs as: it refuses root, so root lends it to an account without rights."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from .home import Home
from .say import Stop

__all__ = ['account_for_postgres', 'place_for']


def account_for_postgres() -> int | None:
    """The account to run PostgreSQL as; None when the launcher's own will do."""
    if os.geteuid() != 0:
        return None
    for name in ('postgres', 'nobody'):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise Stop('PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody`.')


def place_for(home: Home, name: str, account: int | None) -> Path:
    """A folder of that name which the account owns and can reach.

    It lies in the home, unless a folder above the home shuts the account out; then in the system's
    folder for temporary files, and the home records where.
    """
    inside = home.path / name
    if account is None:
        inside.mkdir(parents=True, exist_ok=True)
        inside.chmod(0o700)
        return inside
    recorded = home.state().get('places', {})
    for candidate in (Path(recorded.get(name, inside)), inside):
        candidate.mkdir(parents=True, exist_ok=True) if candidate == inside else None
        if candidate.is_dir() and _hand_over(candidate, account):
            return candidate
    shutil.rmtree(inside, ignore_errors=True)
    elsewhere = Path(tempfile.mkdtemp(prefix=f'netbox-hedgehog-{name}-'))
    if not _hand_over(elsewhere, account):
        raise Stop(f'No folder was found that account {account} can use; tried {elsewhere}.')
    home.record(places=recorded | {name: str(elsewhere)})
    return elsewhere


def _hand_over(folder: Path, account: int) -> bool:
    os.chown(folder, account, pwd.getpwuid(account).pw_gid)
    folder.chmod(0o700)
    # Asked as that account: a folder above without `x` shuts it out whatever this one says.
    asked = subprocess.run(
        ['/bin/sh', '-c', 'cd "$1" && test -w .', 'sh', str(folder)],
        cwd='/',
        user=account,
        group=pwd.getpwuid(account).pw_gid,
        extra_groups=[],
        check=False,
        capture_output=True,
    )
    return asked.returncode == 0
