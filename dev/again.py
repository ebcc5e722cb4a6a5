"""Which test files are run once more: those where nothing failed but a wait that ran out."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from .home import ROOT

__all__ = ['files_to_repeat']

# In more files than this it is no slow moment of the machine.
MOST = 2
# Ours, Playwright's and the standard library's have this name.
RAN_OUT = 'TimeoutError'


def files_to_repeat(report: Path) -> dict[str, list[str]]:
    """Returns file -> its failed tests, out of a run's report in JUnit's XML.

    Empty where there is nothing to repeat: when a test failed by what it saw, a second look that
    sees something else would prove nothing.
    """
    files: dict[str, list[str]] = {}
    for name, said, file in _failures(report):
        if RAN_OUT not in said or not file:
            return {}
        files.setdefault(file, []).append(name)
    return files if len(files) <= MOST else {}


def _failures(report: Path) -> Iterator[tuple[str, str, str]]:
    if not report.exists():
        return
    for case in ElementTree.parse(report).getroot().iter('testcase'):
        for failure in (*case.iter('failure'), *case.iter('error')):
            said = failure.get('message', '').partition('\n')[0].partition(':')[0]
            yield case.get('name', ''), said, _file(case.get('classname', ''))


def _file(dotted: str) -> str:
    """The file of a dotted name, which may end with a class."""
    parts = dotted.split('.')
    for end in range(len(parts), 0, -1):
        path = f'{"/".join(parts[:end])}.py'
        if (ROOT / path).is_file():
            return path
    return ''
