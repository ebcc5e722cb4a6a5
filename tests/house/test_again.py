"""What `./test` runs a second time, and what it never does."""

from pathlib import Path

import pytest

from dev.again import files_to_repeat
from dev.suites import SUITES

WAITED = 'TimeoutError: waited 90 s for the fabric to come to rest'
BROWSER = 'playwright._impl._errors.TimeoutError: Page.click: Timeout 120000ms exceeded.'
SAW = 'AssertionError: waited for one commit: TimeoutError'


@pytest.mark.parametrize(
    ('failed', 'repeated'),
    [
        ({}, set()),
        ({'test_live': WAITED}, {'test_live'}),
        ({'test_live': WAITED, 'test_upload': BROWSER}, {'test_live', 'test_upload'}),
        ({'test_live': WAITED, 'test_upload': SAW}, set()),
        ({'test_live': WAITED, 'test_upload': WAITED, 'test_run': WAITED}, set()),
        ({'test_nowhere': WAITED}, set()),
    ],
)
def test_only_waits_that_ran_out_are_tried_again(
    tmp_path: Path, failed: dict[str, str], repeated: set[str]
) -> None:
    file = report(tmp_path, {'test_first_path': '', **failed})
    assert files_to_repeat(file) == {
        f'tests/acceptance/{name}.py': ['test_x[1]'] for name in repeated
    }


def test_a_run_that_broke_off_is_no_slow_moment(tmp_path: Path) -> None:
    assert files_to_repeat(tmp_path / 'none.xml') == {}


def test_only_the_suite_of_several_processes_is_patient() -> None:
    assert [suite.name for suite in SUITES if suite.patient] == ['acceptance']


def report(folder: Path, tests: dict[str, str]) -> Path:
    cases = ''.join(
        f'<testcase classname="tests.acceptance.{name}" name="test_x[1]">'
        + (f'<failure message="{said}&#10;more: here" />' if said else '')
        + '</testcase>'
        for name, said in tests.items()
    )
    file = folder / 'report.xml'
    file.write_text(f'<testsuites><testsuite name="pytest">{cases}</testsuite></testsuites>')
    return file
