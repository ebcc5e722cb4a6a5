"""`./run`: brings NetBox up with the plugin and a demo fabric, and takes it down again.

Everything runs in the background: the command ends when the login page answers, and `./run --stop`
ends what it started. Up to the environment this needs nothing but Python; the rest runs in it.
"""

import argparse
import sys

from .environment import enter_environment
from .home import demo_home
from .say import Stop

__all__ = ['main']


def main() -> int:
    """Reads the arguments, enters the environment and does what was asked."""
    asked = _arguments()
    try:
        enter_environment('dev.run')
        from . import stack  # needs what the environment holds

        home = demo_home()
        with home.locked():
            if asked.stop or asked.reset:
                stack.take_down(home)
            if asked.reset or asked.from_scratch:
                stack.forget(home)
            if not (asked.stop or asked.reset):
                stack.bring_up(home, from_scratch=asked.from_scratch)
    except Stop as problem:
        print(f'\n{problem}', file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='./run',
        description='Brings NetBox up with the plugin and a demo fabric, all of it below .dev/ '
        'and in the background. Started again it reuses what runs, and restarts NetBox when the '
        'code has changed.',
        epilog='Given servers are used instead of private ones: DATABASE_HOST, DATABASE_PORT, '
        'DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD; REDIS_HOST, REDIS_PORT, REDIS_PASSWORD. '
        'PYTHON names the Python to use, HEDGEHOG_DEV another folder than .dev. '
        'HEDGEHOG_POSTGRES=package and HEDGEHOG_REDIS=package prefer the packaged servers to '
        "the system's.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        '--stop', action='store_true', help='end web, worker, Git server, Redis and PostgreSQL'
    )
    which.add_argument(
        '--reset', action='store_true', help="stop, and delete the demo's database and repository"
    )
    which.add_argument(
        '--from-scratch',
        action='store_true',
        help="reset, then run NetBox's own migrations instead of restoring their result "
        '(five minutes or more)',
    )
    return parser.parse_args()


if __name__ == '__main__':
    sys.exit(main())
