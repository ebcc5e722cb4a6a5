"""GitHub, on github.com and on servers of one's own, as a `Host`.

Made by `host_for`. Every method is one or a few requests; what GitHub answers becomes values here
and nowhere else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from ..errors import NeedsPerson
from ..identity import CommitId
from .exchange import Exchange
from .github_commit import commit_on_branch
from .github_merge import merge_into_branch
from .host import (
    BranchCommit,
    CommitStatus,
    PullRequest,
    PullRequestState,
    RateLimit,
    StatusState,
    Token,
    Webhook,
)
from .outcomes import unreachable
from .report import Annotation, CheckReport, Conclusion, batches

__all__ = ['GitHub']

_DESCRIPTION = 140
_HOOKS_AT_ONCE = 100
_STATES = {
    Conclusion.SUCCESS: StatusState.SUCCESS,
    Conclusion.NEUTRAL: StatusState.SUCCESS,
    Conclusion.FAILURE: StatusState.FAILURE,
}


@dataclass(slots=True)
class GitHub:
    """One repository at GitHub."""

    exchange: Exchange
    owner: str
    name: str

    @property
    def calls(self) -> int:
        return self.exchange.calls

    @property
    def rate_limit(self) -> RateLimit | None:
        return self.exchange.rate_limit

    def read_rate_limit(self) -> RateLimit:
        told = self.exchange.read('/rate_limit')['resources']['core']
        reset = datetime.fromtimestamp(told['reset'], UTC)
        self.exchange.rate_limit = RateLimit(told['limit'], told['remaining'], reset)
        return self.exchange.rate_limit

    def open_pull_request(self, head: str, base: str, title: str, body: str) -> PullRequest:
        wanted = {'head': head, 'base': base, 'title': title, 'body': body}
        try:
            return self._pull(self.exchange.write('POST', self._at('/pulls'), wanted))
        except NeedsPerson as error:
            if error.reason != 'HostRefused' or 'already exists' not in error.message:
                raise
            found = self.find_pull_request(head, base)
            if found is None or found.state is not PullRequestState.OPEN:
                raise
            return found

    def find_pull_request(self, head: str, base: str) -> PullRequest | None:
        listed = self.exchange.read(
            self._at('/pulls'),
            head=f'{self.owner}:{head}',
            base=base,
            state='all',
            sort='created',
            direction='desc',
            per_page=20,
        )
        pulls = [self._pull(each) for each in listed]
        still_open = [pull for pull in pulls if pull.state is PullRequestState.OPEN]
        return next(iter((*still_open, *pulls)), None)

    def pull_request(self, number: int) -> PullRequest:
        return self._pull(self.exchange.read(self._at(f'/pulls/{number}')))

    def update_pull_request(self, number: int, title: str, body: str) -> PullRequest:
        return self._patched(number, {'title': title, 'body': body})

    def close_pull_request(self, number: int) -> PullRequest:
        return self._patched(number, {'state': 'closed'})

    def merge_into_branch(self, branch: str, commit: CommitId, message: str) -> CommitId | None:
        return merge_into_branch(self.exchange, self._at('/merges'), branch, commit, message)

    def set_status(self, commit: CommitId, status: CommitStatus) -> None:
        wanted = {
            'state': str(status.state),
            'context': status.context,
            'description': _cut(status.description),
            'target_url': status.target_url or None,
        }
        self.exchange.write('POST', self._at(f'/statuses/{commit}'), wanted)

    def report(self, commit: CommitId, report: CheckReport) -> str:
        first, *further = batches(report.annotations)
        try:
            run = self.exchange.write(
                'POST',
                self._at('/check-runs'),
                {
                    'name': report.name,
                    'head_sha': commit,
                    'status': 'completed',
                    'conclusion': str(report.conclusion),
                    'output': _output(report, first),
                    **({'details_url': report.details_url} if report.details_url else {}),
                    **({'external_id': report.external_id} if report.external_id else {}),
                },
            )
        except NeedsPerson as error:
            # Only apps may write check runs; a person's token is told so with one of these.
            if error.reason not in ('HostForbids', 'RemoteNotFound'):
                raise
            return self._report_as_status(commit, report)
        for batch in further:
            path = self._at(f'/check-runs/{run["id"]}')
            self.exchange.write('PATCH', path, {'output': _output(report, batch)})
        return str(run.get('html_url') or run['url'])

    def webhooks(self) -> tuple[Webhook, ...]:
        found: list[Webhook] = []
        for page in range(1, 100):
            listed = self.exchange.read(self._at('/hooks'), per_page=_HOOKS_AT_ONCE, page=page)
            found += [_webhook(hook) for hook in listed]
            if len(listed) < _HOOKS_AT_ONCE:
                break
        return tuple(found)

    def register_webhook(self, url: str, secret: Token, events: tuple[str, ...]) -> Webhook:
        config = {
            'url': url,
            'content_type': 'json',
            'secret': secret.reveal(),
            'insecure_ssl': '0',
        }
        wanted = {'config': config, 'events': list(events), 'active': True}
        same = [hook for hook in self.webhooks() if hook.url == url]
        if same:
            path = self._at(f'/hooks/{same[0].id}')
            return _webhook(self.exchange.write('PATCH', path, wanted))
        made = self.exchange.write('POST', self._at('/hooks'), {'name': 'web', **wanted})
        return _webhook(made)

    def remove_webhook(self, webhook: int) -> None:
        try:
            self.exchange.write('DELETE', self._at(f'/hooks/{webhook}'))
        except NeedsPerson as error:
            if error.reason != 'RemoteNotFound':
                raise
            # Gone, or hidden: listing them tells the two apart.
            self.webhooks()

    def commit_on_branch(self, wanted: BranchCommit) -> CommitId:
        return commit_on_branch(self.exchange, f'{self.owner}/{self.name}', wanted)

    def _at(self, path: str) -> str:
        return f'/repos/{quote(self.owner)}/{quote(self.name)}{path}'

    def _patched(self, number: int, wanted: dict[str, str]) -> PullRequest:
        return self._pull(self.exchange.write('PATCH', self._at(f'/pulls/{number}'), wanted))

    def _report_as_status(self, commit: CommitId, report: CheckReport) -> str:
        state, words = _STATES[report.conclusion], report.title
        self.set_status(commit, CommitStatus(state, report.name, words, report.details_url))
        return report.details_url

    def _pull(self, told: Any) -> PullRequest:
        try:
            return _pull_request(told)
        except (KeyError, TypeError) as error:
            raise unreachable(
                self.exchange.access.place, 'its answer is no pull request'
            ) from error


def _pull_request(told: Any) -> PullRequest:
    merged = bool(told.get('merged') or told['merged_at'])
    state = PullRequestState.MERGED if merged else PullRequestState(told['state'])
    return PullRequest(
        number=told['number'],
        url=told['html_url'],
        state=state,
        head=told['head']['ref'],
        base=told['base']['ref'],
        head_commit=CommitId(told['head']['sha']),
        title=told['title'],
        body=told['body'] or '',
        # Before the merge this is a trial merge that GitHub makes for itself.
        merge_commit=CommitId(told['merge_commit_sha']) if merged else None,
    )


def _webhook(told: Any) -> Webhook:
    config = told.get('config') or {}
    return Webhook(told['id'], config.get('url', ''), tuple(told['events']), told['active'])


def _output(report: CheckReport, annotations: Any) -> dict[str, Any]:
    return {
        'title': report.title,
        'summary': report.summary,
        'annotations': [_annotation(each) for each in annotations],
    }


def _annotation(annotation: Annotation) -> dict[str, Any]:
    told: dict[str, Any] = {
        'path': annotation.path,
        'start_line': annotation.line,
        'end_line': annotation.line,
        'annotation_level': str(annotation.level),
        'message': annotation.message,
        'title': annotation.title,
    }
    if annotation.column is not None:
        told['start_column'] = told['end_column'] = annotation.column
    return told


def _cut(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else f'{text[: _DESCRIPTION - 3]}...'
