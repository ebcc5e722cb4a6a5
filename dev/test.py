"""`./test`: everything, one suite, or one file; the last line says what passed and what failed."""

import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from .again import files_to_repeat
from .check import STEPS, run_steps
from .environment import enter_environment
from .home import DEV, ROOT, test_home
from .say import Stop, say
from .suites import SUITES, Suite, chosen

__all__ = ['main', 'seed_for']

# The name of a second run, and of its report.
_AGAIN = 'again'

_USAGE = """Usage: ./test [SUITE or FILE[::TEST] ...] [options of pytest]

  ./test              check, house, engine, laws, stress, plugin and acceptance
  ./test engine       the engine; needs no server
  ./test laws         what must hold for any text, tried on generated ones; needs no server
  ./test stress       the engine on hostile files, all of a corpus, and killed; needs no server
  ./test house        the repository itself: sizes, layers, docs
  ./test plugin       the plugin inside NetBox, on a database of its own
  ./test acceptance   the whole path, with real servers
  ./test bench        benchmarks
  ./test nightly      the laws with 10,000 random edits each, ten minutes of mutated bytes; takes
                      hours. --hypothesis-seed=N tries those of an earlier run again
  ./test tests/engine/git/test_store.py::test_name -x

PostgreSQL and Redis are private ones on ports of their own, unless DATABASE_HOST and REDIS_HOST
name others; `./run` is not disturbed."""


def main() -> int:
    """Reads the arguments, runs what was asked and adds everything up."""
    if {'-h', '--help'} & set(sys.argv[1:]):
        print(_USAGE)
        return 0
    begun = time.monotonic()
    try:
        enter_environment('dev.test')
        words, options = _sorted(sys.argv[1:])
        total = _run(chosen(words), options)
    except Stop as problem:
        print(f'\n{problem}', file=sys.stderr)
        return 1
    say(f'{time.monotonic() - begun:.0f} s in all')
    print(f'{total["passed"]} passed, {total["failed"]} failed, {total["skipped"]} skipped')
    return 1 if total['failed'] or not total['passed'] else 0


def _sorted(arguments: list[str]) -> tuple[list[str], list[str]]:
    # Everything from the first option on belongs to pytest, its values included.
    cut = next((i for i, word in enumerate(arguments) if word.startswith('-')), len(arguments))
    return arguments[:cut], arguments[cut:]


def _run(asked: dict[str, list[str]], options: list[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    if 'check' in asked:
        failed = run_steps()
        total.update(passed=len(STEPS) - failed, failed=failed)
    wanted = [suite for suite in SUITES if suite.name in asked]
    for suite in (suite for suite in wanted if not suite.servers):
        environment = {**dict(suite.environment), **os.environ}
        seeded = [*options, *seed_for(suite, options)]
        total.update(_pytest(suite, asked[suite.name], seeded, environment))
    with_servers = [suite for suite in wanted if suite.servers]
    if with_servers:
        with _servers():
            for suite in with_servers:
                run = _scripts if suite.scripts else _pytest
                counted = run(suite, asked[suite.name], options, _environment(suite))
                total.update(_repeated(suite, counted, options) if suite.patient else counted)
    return total


def _repeated(suite: Suite, counted: Counter[str], options: list[str]) -> Counter[str]:
    """Runs files once more whose waits ran out, and says so however that ends."""
    again = files_to_repeat(_result(f'{suite.name}.xml'))
    if not again:
        return counted
    once_more = _pytest(replace(suite, name=_AGAIN), [*again], options, _environment(suite))
    for name in (name for names in again.values() for name in names):
        say(f'{suite.name}: {name} waited in vain, and was run once more')
    failed = min(once_more['failed'], counted['failed'])
    counted['passed'] += counted['failed'] - failed
    counted['failed'] = failed
    return counted


def seed_for(suite: Suite, options: list[str]) -> list[str]:
    """The option that gives a run a seed of its own, unless it has none or was given one."""
    given = any(option.startswith('--hypothesis-seed') for option in options)
    if not suite.seeded or given:
        return []
    seed = secrets.randbelow(2**32)
    say(f'{suite.name}: --hypothesis-seed={seed} tries the same again')
    return [f'--hypothesis-seed={seed}']


@contextmanager
def _servers() -> Iterator[None]:
    # They and what they need are imported only here, so that engine tests start at once.
    from .test_servers import servers

    with test_home().locked(), servers(test_home()):
        yield


def _environment(suite: Suite) -> dict[str, str]:
    from .test_servers import environment_for

    return environment_for(test_home(), suite.name)


def _pytest(
    suite: Suite, files: list[str], options: list[str], environment: dict[str, str]
) -> Counter[str]:
    report = _result(f'{suite.name}.xml')
    report.unlink(missing_ok=True)
    what = files or [folder for folder in suite.folders if (ROOT / folder).is_dir()]
    say(f'{suite.name}: {" ".join(what)}')
    marks = ('-m', suite.marks) if suite.marks and not files else ()
    command = [
        sys.executable,
        '-m',
        'pytest',
        *what,
        *suite.options,
        *marks,
        f'--junitxml={report}',
    ]
    done = subprocess.run([*command, *options], cwd=ROOT, env=environment, check=False)
    counted = _counted(report)
    # A run that broke off, or found no test, is a failure whatever it counted before.
    if done.returncode and not counted['failed']:
        counted['failed'] = 1
    return counted


def _scripts(
    suite: Suite, files: list[str], options: list[str], environment: dict[str, str]
) -> Counter[str]:
    found = files or [
        str(path.relative_to(ROOT))
        for folder in suite.folders
        for path in sorted((ROOT / folder).glob(f'{suite.name}_*.py'))
    ]
    counted: Counter[str] = Counter(passed=0, failed=0, skipped=0)
    for file in found:
        module = file.removesuffix('.py').replace('/', '.')
        figures = _result(f'{module.rpartition(".")[2]}.json')
        say(f'{suite.name}: {file}, figures in {figures}')
        command = [sys.executable, '-m', module, str(figures), *options]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        counted['failed' if done.returncode else 'passed'] += 1
    return counted


def _result(name: str) -> Path:
    file = DEV / 'test' / 'results' / name
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _counted(report: Path) -> Counter[str]:
    counted: Counter[str] = Counter(passed=0, failed=0, skipped=0)
    if not report.exists():
        return counted
    for run in ElementTree.parse(report).getroot().iter('testsuite'):
        tests, skipped = int(run.get('tests', 0)), int(run.get('skipped', 0))
        failed = int(run.get('failures', 0)) + int(run.get('errors', 0))
        counted.update(passed=max(tests - failed - skipped, 0), failed=failed, skipped=skipped)
    return counted


if __name__ == '__main__':
    sys.exit(main())
