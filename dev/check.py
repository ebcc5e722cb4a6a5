"""`./check`: format, lint, types, layers and docs, one after the other, all of them to the end."""

import subprocess
import sys
import time
from dataclasses import dataclass

from .environment import enter_environment
from .home import DEV, ROOT, VENV
from .say import Stop, say

__all__ = ['STEPS', 'main', 'run_steps']


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is looked at, and the command which does it."""

    name: str
    command: tuple[str, ...]


STEPS = (
    Step('format', ('ruff', 'format', '--check', '.')),
    Step('lint', ('ruff', 'check', '.')),
    Step('types', ('mypy',)),
    Step('layers', ('lint-imports', '--no-cache')),
    Step('docs', ('mkdocs', 'build', '--strict', '--site-dir', str(DEV / 'site'))),
)


def run_steps() -> int:
    """Runs every step, shows what those say that fail, and returns how many failed."""
    return sum(not _passes(step) for step in STEPS)


def main() -> int:
    """Enters the environment and checks; `--fix` first lets ruff mend what it can."""
    try:
        enter_environment('dev.check')
    except Stop as problem:
        print(f'\n{problem}', file=sys.stderr)
        return 1
    if unknown := set(sys.argv[1:]) - {'--fix'}:
        print(f'{" ".join(unknown)}: unknown. Usage: ./check [--fix]', file=sys.stderr)
        return 2
    if '--fix' in sys.argv:
        for command in (('ruff', 'check', '--fix', '.'), ('ruff', 'format', '.')):
            subprocess.run([_program(command[0]), *command[1:]], cwd=ROOT, check=False)
    failed = run_steps()
    print(f'{len(STEPS) - failed} passed, {failed} failed')
    return min(failed, 1)


def _passes(step: Step) -> bool:
    begun = time.monotonic()
    command = [_program(step.command[0]), *step.command[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    verdict = 'failed' if done.returncode else 'passed'
    say(f'{step.name}: {verdict} in {time.monotonic() - begun:.1f} s')
    if done.returncode:
        print((done.stdout + done.stderr).rstrip(), flush=True)
    return done.returncode == 0


def _program(name: str) -> str:
    return str(VENV / 'bin' / name)


if __name__ == '__main__':
    sys.exit(main())
