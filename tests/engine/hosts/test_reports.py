"""Findings beside a commit: as a check run with annotations, or as a commit status."""

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.hosts import Conclusion, Host, report_on
from hedgehog_gitops.hosts.report import MOST_ANNOTATIONS, batches
from hedgehog_gitops.identity import CommitId, RepoPath, ResourceKey
from hedgehog_gitops.testing.github import Grant
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer

from .conftest import the_host
from .people import Person

KEY = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'v')


def finding(number: int = 1, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        severity,
        'FieldUnknown',
        f'field {number}',
        RepoPath('managed/v.yaml'),
        0,
        number,
        3,
        KEY,
        'spec.x',
        'Remove it.',
    )


@pytest.fixture
def app(github: GitHubServer, repository: GitHubRepository) -> Host:
    github.grants['ghs_app'] = Grant('hedgehog[bot]', is_app=True)
    return the_host(repository, 'ghs_app')


@pytest.fixture
def commit(person: Person) -> CommitId:
    return person.push({'managed/v.yaml': b'a: 1\n'})


def test_an_app_writes_a_check_run(
    app: Host, repository: GitHubRepository, commit: CommitId
) -> None:
    report = report_on([finding()], name='Hedgehog', details_url='https://n/1', external_id='op')
    assert app.report(commit, report).endswith('/runs/1')
    (run,) = repository.check_runs
    assert (run.commit, run.name, run.conclusion, run.status) == (
        commit,
        'Hedgehog',
        'failure',
        'completed',
    )
    assert (run.title, run.details_url, run.external_id) == ('1 error', 'https://n/1', 'op')
    assert run.annotations == [
        {
            'path': 'managed/v.yaml',
            'start_line': 1,
            'end_line': 1,
            'start_column': 3,
            'end_column': 3,
            'annotation_level': 'failure',
            'title': 'FieldUnknown',
            'message': f'{KEY}: field 1\nRemove it.',
        }
    ]


@pytest.mark.parametrize(('count', 'requests'), [(50, 1), (51, 2), (120, 3)])
def test_annotations_go_fifty_at_a_time(
    app: Host, repository: GitHubRepository, commit: CommitId, count: int, requests: int
) -> None:
    app.report(commit, report_on([finding(line + 1) for line in range(count)], name='Hedgehog'))
    (run,) = repository.check_runs
    assert [each['start_line'] for each in run.annotations] == list(range(1, count + 1))
    assert app.calls == requests


def test_a_token_of_a_person_writes_a_status_instead(
    host: Host, repository: GitHubRepository, commit: CommitId
) -> None:
    report = report_on([finding()], name='Hedgehog', details_url='https://n/1')
    assert host.report(commit, report) == 'https://n/1'
    (status,) = repository.statuses
    assert not repository.check_runs
    assert (status.commit, status.state, status.context) == (commit, 'failure', 'Hedgehog')
    assert (status.description, status.target_url) == ('1 error', 'https://n/1')


def test_a_commit_that_is_not_there_is_refused(app: Host, host: Host) -> None:
    missing = CommitId('0' * 39 + '1')
    for either in (app, host):
        with pytest.raises(NeedsPerson, match='No commit found'):
            either.report(missing, report_on([], name='Hedgehog'))


@pytest.mark.parametrize(
    ('severities', 'conclusion', 'title'),
    [
        ([], Conclusion.SUCCESS, 'No findings'),
        ([Severity.INFO], Conclusion.SUCCESS, '1 note'),
        ([Severity.WARNING, Severity.INFO], Conclusion.NEUTRAL, '1 warning, 1 note'),
        ([Severity.WARNING, Severity.ERROR], Conclusion.FAILURE, '1 error, 1 warning'),
        ([Severity.ERROR, Severity.ERROR], Conclusion.FAILURE, '2 errors'),
    ],
)
def test_the_verdict(severities: list[Severity], conclusion: Conclusion, title: str) -> None:
    findings = [finding(number + 1, severity) for number, severity in enumerate(severities)]
    report = report_on(findings, name='x')
    assert (report.conclusion, report.title) == (conclusion, title)


def test_errors_are_marked_before_warnings_and_what_is_left_out_is_said() -> None:
    warnings = [finding(line + 1, Severity.WARNING) for line in range(MOST_ANNOTATIONS + 9)]
    report = report_on([*warnings, finding()], name='x')
    assert len(report.annotations) == MOST_ANNOTATIONS
    assert str(report.annotations[0].level) == 'failure'
    assert f'Only the first {MOST_ANNOTATIONS} of {MOST_ANNOTATIONS + 10}' in report.summary


def test_what_is_about_no_file_is_in_the_summary() -> None:
    report = report_on([Finding(Severity.ERROR, 'FabricMissing', 'no fabric here')], name='x')
    assert report.annotations == ()
    assert '- error `FabricMissing`: no fabric here' in report.summary


def test_a_summary_that_is_too_long_ends_at_a_line_and_counts_the_rest() -> None:
    many = [Finding(Severity.ERROR, 'X', f'{number}: {"y" * 1000}') for number in range(100)]
    summary = report_on(many, name='x').summary
    shown = summary.count('\n- ')
    assert len(summary) < 65_535
    assert f'... and {100 - shown} more.' in summary


def test_the_same_finding_is_marked_once() -> None:
    assert len(report_on([finding(), finding()], name='x').annotations) == 1


def test_a_path_that_is_no_text_can_be_sent(
    app: Host, repository: GitHubRepository, commit: CommitId
) -> None:
    odd = Finding(
        Severity.INFO, 'X', 'm', RepoPath(b'a\xff.yaml'.decode('utf-8', 'surrogateescape'))
    )
    app.report(commit, report_on([odd], name='x'))
    assert repository.check_runs[0].annotations[0]['path'] == 'a\\udcff.yaml'


def test_nothing_to_mark_is_one_empty_batch() -> None:
    assert [list(batch) for batch in batches(())] == [[]]
