"""The JSON GitHub answers with, as its own API description has it. Pure.

Fields nobody here uses are there because GitHub always sends them.
"""

import base64
from dataclasses import dataclass
from typing import Any

from ...git import CommitInfo
from ...identity import CommitId
from .state import Budget, CheckRun, Hook, Pull, Status, stamp

__all__ = [
    'Named',
    'check_run_shape',
    'content_shape',
    'error_shape',
    'file_commit_shape',
    'hook_shape',
    'limits_shape',
    'pull_shape',
    'repository_shape',
    'status_shape',
    'user_shape',
]

_LONG_AGO = '2026-01-01T00:00:00Z'
_TEMPLATES = [
    'archive',
    'assignees',
    'blobs',
    'branches',
    'collaborators',
    'comments',
    'commits',
    'compare',
    'contents',
    'contributors',
    'deployments',
    'downloads',
    'events',
    'forks',
    'git_commits',
    'git_refs',
    'git_tags',
    'hooks',
    'issue_comment',
    'issue_events',
    'issues',
    'keys',
    'labels',
    'languages',
    'merges',
    'milestones',
    'notifications',
    'pulls',
    'releases',
    'stargazers',
    'statuses',
    'subscribers',
    'subscription',
    'tags',
    'teams',
    'trees',
]
_COUNTS = [
    'forks',
    'forks_count',
    'open_issues',
    'open_issues_count',
    'size',
    'stargazers_count',
    'watchers',
    'watchers_count',
    'network_count',
    'subscribers_count',
]
_FLAGS = [
    'has_downloads',
    'has_issues',
    'has_projects',
    'has_wiki',
    'has_pages',
    'has_discussions',
    'fork',
    'archived',
    'disabled',
]
_USER = [
    'events',
    'followers',
    'following',
    'gists',
    'organizations',
    'received_events',
    'repos',
    'starred',
    'subscriptions',
]


@dataclass(frozen=True, slots=True)
class Named:
    """A repository's names and addresses."""

    server: str
    owner: str
    name: str
    default_branch: str = 'main'

    @property
    def api(self) -> str:
        return f'{self.server}/api/v3/repos/{self.owner}/{self.name}'

    @property
    def page(self) -> str:
        return f'{self.server}/{self.owner}/{self.name}'


def user_shape(server: str, login: str) -> dict[str, Any]:
    """An account."""
    url = f'{server}/api/v3/users/{login}'
    return {
        'login': login,
        'id': _number(login),
        'node_id': f'U_{login}',
        'avatar_url': f'{server}/avatars/{login}',
        'gravatar_id': '',
        'url': url,
        'html_url': f'{server}/{login}',
        **{f'{name}_url': f'{url}/{name}' for name in _USER},
        'type': 'User',
        'site_admin': False,
    }


def repository_shape(named: Named) -> dict[str, Any]:
    """A repository."""
    return {
        'id': _number(named.page),
        'node_id': f'R_{named.name}',
        'name': named.name,
        'full_name': f'{named.owner}/{named.name}',
        'owner': user_shape(named.server, named.owner),
        'private': True,
        'html_url': named.page,
        'url': named.api,
        'description': None,
        **{f'{name}_url': f'{named.api}/{name}' for name in _TEMPLATES},
        'clone_url': f'{named.page}.git',
        'git_url': f'{named.page}.git',
        'ssh_url': f'{named.page}.git',
        'svn_url': named.page,
        'mirror_url': None,
        'homepage': None,
        'language': None,
        'license': None,
        'default_branch': named.default_branch,
        **dict.fromkeys(_COUNTS, 0),
        **dict.fromkeys(_FLAGS, False),
        'created_at': _LONG_AGO,
        'updated_at': _LONG_AGO,
        'pushed_at': _LONG_AGO,
    }


def pull_shape(named: Named, pull: Pull, *, listed: bool) -> dict[str, Any]:
    """A pull request; a list shows less of it."""
    shape = {
        **_pull_addresses(named, pull),
        'id': pull.number,
        'node_id': f'PR_{pull.number}',
        'number': pull.number,
        'state': 'open' if pull.is_open else 'closed',
        'locked': False,
        'title': pull.title,
        'body': pull.body or None,
        'user': user_shape(named.server, pull.author),
        'labels': [],
        'milestone': None,
        'assignee': None,
        'author_association': 'MEMBER',
        'auto_merge': None,
        'created_at': pull.created,
        'updated_at': pull.updated,
        'closed_at': pull.closed,
        'merged_at': pull.merged,
        # GitHub shows the trial merge it makes for itself while the request is open.
        'merge_commit_sha': pull.merge_commit or pull.head_commit[::-1],
        'head': _side(named, pull.head, pull.head_commit),
        'base': _side(named, pull.base, pull.base_commit),
    }
    return shape if listed else {**shape, **_pull_details(named, pull)}


def hook_shape(named: Named, hook: Hook) -> dict[str, Any]:
    """A webhook; its secret is hidden."""
    url = f'{named.api}/hooks/{hook.id}'
    return {
        'type': 'Repository',
        'id': hook.id,
        'name': 'web',
        'active': hook.active,
        'events': list(hook.events),
        'config': {
            'url': hook.url,
            'content_type': 'json',
            'insecure_ssl': '0',
            **({'secret': '********'} if hook.secret else {}),
        },
        'url': url,
        'test_url': f'{url}/test',
        'ping_url': f'{url}/pings',
        'deliveries_url': f'{url}/deliveries',
        'created_at': hook.created,
        'updated_at': hook.created,
        'last_response': {'code': hook.last_status, 'status': 'unused', 'message': None},
    }


def status_shape(named: Named, status: Status, login: str) -> dict[str, Any]:
    """A commit status."""
    return {
        'url': f'{named.api}/statuses/{status.commit}',
        'avatar_url': None,
        'id': 1,
        'node_id': 'SC_1',
        'state': status.state,
        'description': status.description,
        'target_url': status.target_url,
        'context': status.context,
        'created_at': stamp(),
        'updated_at': stamp(),
        'creator': user_shape(named.server, login),
    }


def check_run_shape(named: Named, run: CheckRun) -> dict[str, Any]:
    """A check run; its annotations are counted only."""
    url = f'{named.api}/check-runs/{run.id}'
    return {
        'id': run.id,
        'node_id': f'CR_{run.id}',
        'head_sha': run.commit,
        'name': run.name,
        'url': url,
        'html_url': f'{named.page}/runs/{run.id}',
        'details_url': run.details_url,
        'status': run.status,
        'conclusion': run.conclusion,
        'started_at': stamp(),
        'completed_at': stamp() if run.status == 'completed' else None,
        'external_id': run.external_id,
        'check_suite': {'id': 1},
        'app': None,
        'pull_requests': [],
        'output': {
            'title': run.title,
            'summary': run.summary,
            'text': None,
            'annotations_count': len(run.annotations),
            'annotations_url': f'{url}/annotations',
        },
    }


def content_shape(named: Named, path: str, blob: str, content: bytes) -> dict[str, Any]:
    """A file and its content."""
    url, page = f'{named.api}/contents/{path}', f'{named.page}/blob/{path}'
    return {
        'type': 'file',
        'encoding': 'base64',
        'size': len(content),
        'name': path.rpartition('/')[2],
        'path': path,
        'content': base64.encodebytes(content).decode(),
        'sha': blob,
        'url': url,
        'git_url': f'{named.api}/git/blobs/{blob}',
        'html_url': page,
        'download_url': f'{page}?raw=true',
        '_links': {'self': url, 'git': f'{named.api}/git/blobs/{blob}', 'html': page},
    }


def file_commit_shape(
    named: Named, info: CommitInfo, content: dict[str, Any] | None
) -> dict[str, Any]:
    """The commit of a change to one file."""
    told = {name: value for name, value in (content or {}).items() if name != 'content'}
    return {
        'content': told if content is not None else None,
        'commit': {
            'sha': info.id,
            'node_id': f'C_{info.id}',
            'url': f'{named.api}/git/commits/{info.id}',
            'html_url': f'{named.page}/commit/{info.id}',
            'author': _who(info.author.name, info.author.email),
            'committer': _who(info.committer.name, info.committer.email),
            'message': info.subject,
            'parents': [{'sha': parent} for parent in info.parents],
        },
    }


def limits_shape(budget: Budget) -> dict[str, Any]:
    """The budget of a token."""
    told = {
        'limit': budget.limit,
        'remaining': budget.remaining,
        'reset': budget.reset,
        'used': budget.limit - budget.remaining,
    }
    return {'resources': {'core': told, 'search': told, 'graphql': told}, 'rate': told}


def error_shape(status: int, message: str, errors: Any = None) -> dict[str, Any]:
    """What a refusal says."""
    shape = {
        'message': message,
        'documentation_url': 'https://docs.github.com/rest',
        'status': str(status),
    }
    return {**shape, 'errors': list(errors)} if errors is not None else shape


def _pull_addresses(named: Named, pull: Pull) -> dict[str, Any]:
    api, page = f'{named.api}/pulls/{pull.number}', f'{named.page}/pull/{pull.number}'
    issue = f'{named.api}/issues/{pull.number}'
    urls = {
        'comments': f'{issue}/comments',
        'commits': f'{api}/commits',
        'statuses': f'{named.api}/statuses/{pull.head_commit}',
        'review_comments': f'{api}/comments',
        'review_comment': f'{named.api}/pulls/comments{{/number}}',
    }
    links = {**urls, 'html': page, 'issue': issue, 'self': api}
    return {
        'url': api,
        'html_url': page,
        'diff_url': f'{page}.diff',
        'patch_url': f'{page}.patch',
        'issue_url': issue,
        **{f'{name}_url': url for name, url in urls.items()},
        '_links': {name: {'href': url} for name, url in links.items()},
    }


def _pull_details(named: Named, pull: Pull) -> dict[str, Any]:
    return {
        **dict.fromkeys(('additions', 'deletions', 'changed_files', 'comments'), 0),
        'commits': 1,
        'review_comments': 0,
        'mergeable': None,
        'mergeable_state': 'unknown',
        'merged': pull.merged is not None,
        'merged_by': user_shape(named.server, pull.author) if pull.merged else None,
        'maintainer_can_modify': False,
    }


def _side(named: Named, branch: str, commit: CommitId) -> dict[str, Any]:
    return {
        'label': f'{named.owner}:{branch}',
        'ref': branch,
        'sha': commit,
        'user': user_shape(named.server, named.owner),
        'repo': repository_shape(named),
    }


def _who(name: str, email: str) -> dict[str, str]:
    return {'name': name, 'email': email, 'date': stamp()}


def _number(text: str) -> int:
    return sum(text.encode()) + 1
