"""Runs the Git server alone: `python -m hedgehog_gitops.testing.http_server --root FOLDER`.

Used by the demonstration. The server itself is in `git_server.py`, so that running this module
does not load it twice.
"""

import argparse
import sys
from pathlib import Path

from .git_server import GitHttpServer

__all__ = ['GitHttpServer', 'main']


def main(arguments: list[str] | None = None) -> None:
    """Serves a folder of bare repositories until interrupted; the password comes from a file."""
    parser = argparse.ArgumentParser(prog='python -m hedgehog_gitops.testing.http_server')
    parser.add_argument('--root', type=Path, required=True, help='folder of bare repositories')
    parser.add_argument('--port', type=int, default=0, help='0 takes any free port')
    parser.add_argument('--user', default='', help='without it, anybody may read and write')
    parser.add_argument('--password-file', type=Path, help='file whose first line is the password')
    given = parser.parse_args(arguments)
    if bool(given.user) != bool(given.password_file):
        parser.error('--user and --password-file belong together')
    password = given.password_file.read_text().splitlines()[0] if given.password_file else ''
    server = GitHttpServer(given.root.resolve(), given.user, password, given.port)
    sys.stdout.write(f'Serving {given.root} at {server.url}\n')
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.stdout.write('Stopped.\n')


if __name__ == '__main__':
    main()
