"""The suites of `./test`: where each one's tests lie, and which of them needs servers."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from .say import Stop

__all__ = ['BY_DEFAULT', 'SIDE_BY_SIDE', 'SUITES', 'Suite', 'chosen']

# How many processes a suite runs in; more of them only wait for one another on two cores.
SIDE_BY_SIDE = 2


@dataclass(frozen=True, slots=True)
class Suite:
    """One run: its folders, its options, and what has to run beside it.

    Pytest runs it, unless it is made of scripts, which are run one after the other. `marks` says
    which tests of the folders; a file that is asked for by name runs whole. What is `seeded` tries
    other examples each time: they follow from a seed that is told. One that is `patient` waits for
    several processes: where a wait ran out, and nothing else failed, the file is run once more.
    """

    name: str
    folders: tuple[str, ...]
    options: tuple[str, ...] = ()
    marks: str = ''
    environment: tuple[tuple[str, str], ...] = ()
    servers: bool = False
    scripts: bool = False
    seeded: bool = False
    patient: bool = False


# Third parties' deprecations are no failure of ours in suites which run NetBox in the same process.
_OWN_WARNINGS = ('-o', 'filterwarnings=default\nerror:::netbox_hedgehog\nerror:::hedgehog_gitops')

# What only the other suites use is not even loaded.
_BARE = ('-p', 'no:schemathesis', '-p', 'no:django')

# Two processes, each with a database, queues and servers of its own. Classes stay in their order:
# those that empty the database when they end come last.
_BY_CLASS = ('-n', str(SIDE_BY_SIDE), '--dist', 'loadscope', '--no-loadscope-reorder')
_BY_TEST = ('-n', str(SIDE_BY_SIDE))
_BY_FILE = ('-n', str(SIDE_BY_SIDE), '--dist', 'loadfile')

# Ten thousand edits for each law, and ten minutes of mutated bytes.
_LONG = (('HEDGEHOG_EDIT_EXAMPLES', '10000'), ('HEDGEHOG_FUZZ_SECONDS', '600'))

SUITES = (
    Suite('house', ('tests/house',)),
    Suite('engine', ('tests/engine', 'tests/scenarios'), (*_BARE, *_BY_TEST), marks='not slow'),
    Suite('laws', ('tests/laws',), _BY_TEST),
    # What of the engine takes longer is here too, so that `./test engine` is quick at a desk.
    Suite('stress', ('tests/stress', 'tests/engine'), _BY_TEST, marks='slow'),
    Suite('plugin', ('src/netbox_hedgehog/tests',), (*_OWN_WARNINGS, *_BY_CLASS), servers=True),
    Suite(
        'acceptance',
        ('tests/acceptance',),
        ('-v', '-p', 'no:django', *_BY_FILE),
        servers=True,
        patient=True,
    ),
    Suite('nightly', ('tests/laws',), (*_BY_TEST, '--timeout=0'), environment=_LONG, seeded=True),
    Suite('bench', ('tests/bench',), servers=True, scripts=True),
)

# Figures differ from run to run: they are measured when asked for, and fail nobody's work.
BY_DEFAULT = ('check', 'house', 'engine', 'laws', 'stress', 'plugin', 'acceptance')


def chosen(words: list[str]) -> dict[str, list[str]]:
    """Sorts the words of the command line: suite name -> files asked for (all when empty)."""
    asked: dict[str, list[str]] = {}
    for word in words or BY_DEFAULT:
        if word == 'check' or any(word == suite.name for suite in SUITES):
            asked[word] = []
        else:
            asked.setdefault(_suite_of(word), []).append(word)
    return asked


def _suite_of(word: str) -> str:
    path = PurePosixPath(word.partition('::')[0])
    for suite in SUITES:
        if any(path.is_relative_to(folder) for folder in suite.folders):
            return suite.name
    names = ', '.join(('check', *(suite.name for suite in SUITES)))
    raise Stop(f'{word} is neither a suite ({names}) nor a file of one.')
