"""A merge that was left undecided is told as such, at its first line."""

import pytest

from hedgehog_gitops.documents import read

UNDECIDED = """kind: VPC
spec:
<<<<<<< HEAD
  a: 1
=======
  a: 2
>>>>>>> feature
"""


@pytest.mark.parametrize(
    'text',
    [
        UNDECIDED,
        UNDECIDED.replace('\n', '\r\n'),
        UNDECIDED.replace('=======', '||||||| base\n  a: 0\n======='),
        UNDECIDED.replace(' HEAD', '').replace(' feature', ''),
    ],
)
def test_the_first_marker_is_named(text: str) -> None:
    reading = read(text.encode())
    assert [(f.code, f.line, f.column) for f in reading.findings] == [('ConflictMarkers', 3, 1)]


def test_lines_are_counted_from_the_files_beginning() -> None:
    reading = read(f'kind: a\n---\n{UNDECIDED}'.encode())
    assert [(f.code, f.line) for f in reading.findings] == [('ConflictMarkers', 5)]


@pytest.mark.parametrize(
    'text',
    [
        # What only looks like it, and does not parse for another reason.
        UNDECIDED.replace('=======\n', ''),
        UNDECIDED.replace('>>>>>>> feature\n', ''),
        UNDECIDED.replace('<<<<<<< HEAD', '<<<<<<<HEAD'),
    ],
)
def test_another_trouble_is_told_as_it_is(text: str) -> None:
    assert [f.code for f in read(text.encode()).findings] == ['YamlSyntax']


def test_a_text_about_merging_is_no_merge() -> None:
    text = 'a: |\n' + ''.join(f'  {line}\n' for line in UNDECIDED.splitlines())
    assert not read(text.encode()).findings
