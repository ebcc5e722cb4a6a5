"""GitHub's REST API, as far as the stand-in has it: one small function per request.

`github_server.py` finds the function by method and path and puts its answer into a `Reply`. Texts
of refusals are GitHub's.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import BranchMoved
from ...identity import CommitId, RepoPath
from .place import Place
from .served import login_identity
from .shapes import (
    check_run_shape,
    content_shape,
    file_commit_shape,
    hook_shape,
    pull_shape,
    repository_shape,
    status_shape,
)
from .state import CheckRun, Hook, Pull, Refused, Status, stamp

__all__ = ['ROUTES', 'Call']

type Answered = tuple[int, Any]


class Call:
    """One request on one repository: its place, the words of its path, its query, its body."""

    def __init__(
        self, place: Place, words: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> None:
        self.place, self.words, self.query = place, words, query
        try:
            self.told: dict[str, Any] = json.loads(body) if body else {}
        except ValueError:
            raise Refused(400, 'Problems parsing JSON') from None

    def pull(self) -> Pull:
        """The pull request the path names."""
        number = int(self.words['number'])
        found = [each for each in self.place.remembered.pulls if each.number == number]
        if not found:
            raise Refused(404, 'Not Found')
        return found[0]

    def hook(self) -> Hook:
        """The webhook the path names."""
        found = [each for each in self.hooks() if each.id == int(self.words['id'])]
        if not found:
            raise Refused(404, 'Not Found')
        return found[0]

    def hooks(self) -> list[Hook]:
        """All webhooks; who may not see them is told that there are none."""
        if not self.place.grant.may_hook:
            raise Refused(404, 'Not Found')
        return self.place.remembered.hooks

    def commit(self) -> CommitId:
        """The commit the request names."""
        commit = self.words.get('sha') or self.told.get('head_sha', '')
        if not self.place.served.has(commit):
            raise Refused(422, f'No commit found for SHA: {commit}')
        return CommitId(commit)


def repository(call: Call) -> Answered:
    shape = repository_shape(call.place.named)
    return 200, {**shape, 'permissions': {'push': call.place.grant.may_write}}


def list_pulls(call: Call) -> Answered:
    wanted, query = call.place.remembered.pulls, call.query
    state, base = query.get('state', 'open'), query.get('base')
    owner, _, head = query.get('head', '').partition(':')
    pulls = [
        pull
        for pull in wanted
        if (state == 'all' or pull.is_open == (state == 'open'))
        and (not base or pull.base == base)
        and (not head or (pull.head == head and owner == call.place.named.owner))
    ]
    ordered = pulls[:: -1 if query.get('direction', 'desc') == 'desc' else 1]
    shown = ordered[: int(query.get('per_page', 30))]
    return 200, [pull_shape(call.place.named, pull, listed=True) for pull in shown]


def open_pull(call: Call) -> Answered:
    call.place.require_write()
    told, served = call.told, call.place.served
    head, base = told.get('head', ''), told.get('base', '')
    at, onto = served.head(head), served.head(base)
    if at is None or onto is None:
        field = 'head' if at is None else 'base'
        raise _invalid({'resource': 'PullRequest', 'field': field, 'code': 'invalid'})
    if served.store.is_ancestor(at, onto):
        raise _invalid(_custom(f'No commits between {base} and {head}'))
    if any(p.is_open and (p.head, p.base) == (head, base) for p in call.place.remembered.pulls):
        owner = call.place.named.owner
        raise _invalid(_custom(f'A pull request already exists for {owner}:{head}.'))
    pull = Pull(
        number=call.place.next_number(),
        head=head,
        base=base,
        title=told.get('title', ''),
        body=told.get('body') or '',
        author=call.place.grant.login,
        head_commit=at,
        base_commit=onto,
        created=stamp(),
        updated=stamp(),
    )
    call.place.remembered.pulls.append(pull)
    call.place.tell_pull('opened', pull)
    return 201, pull_shape(call.place.named, pull, listed=False)


def read_pull(call: Call) -> Answered:
    return 200, pull_shape(call.place.named, call.pull(), listed=False)


def change_pull(call: Call) -> Answered:
    call.place.require_write()
    pull, told = call.pull(), call.told
    pull.title, pull.body = told.get('title', pull.title), told.get('body', pull.body) or ''
    pull.updated = stamp()
    if told.get('state') == 'closed' and pull.is_open:
        call.place.close(pull)
    return 200, pull_shape(call.place.named, pull, listed=False)


def merge_branches(call: Call) -> Answered:
    call.place.require_write()
    served, told = call.place.served, call.told
    at, onto = served.found(told['head']), served.head(told['base'])
    if at is None or onto is None:
        raise Refused(404, f'{"Head" if at is None else "Base"} does not exist')
    if served.store.is_ancestor(at, onto):
        return 204, None
    message = told.get('commit_message') or f'Merge {told["head"]} into {told["base"]}'
    author = login_identity(call.place.grant.login)
    made = served.merge(at, told['base'], 'merge', message, author)
    if made is None:
        raise Refused(409, 'Merge Conflict')
    call.place.look_at_heads()
    return 201, {'sha': made, 'parents': [{'sha': onto}, {'sha': at}]}


def create_status(call: Call) -> Answered:
    call.place.require_write()
    commit, told = call.commit(), call.told
    if len(told.get('description') or '') > 140:
        raise _invalid(_custom('description is too long (maximum is 140 characters)'))
    status = Status(
        commit,
        told['state'],
        told.get('context', 'default'),
        told.get('description'),
        told.get('target_url'),
    )
    call.place.remembered.statuses.append(status)
    return 201, status_shape(call.place.named, status, call.place.grant.login)


def create_check_run(call: Call) -> Answered:
    if not call.place.grant.is_app:
        raise Refused(403, 'You must authenticate via a GitHub App.')
    call.place.require_write()
    told, output = call.told, call.told.get('output') or {}
    run = CheckRun(
        id=len(call.place.remembered.check_runs) + 1,
        commit=call.commit(),
        name=told['name'],
        conclusion=told.get('conclusion'),
        status=told.get('status', 'queued'),
        title=output.get('title', ''),
        summary=output.get('summary', ''),
        details_url=told.get('details_url'),
        external_id=told.get('external_id'),
    )
    _annotate(run, output)
    call.place.remembered.check_runs.append(run)
    return 201, check_run_shape(call.place.named, run)


def change_check_run(call: Call) -> Answered:
    if not call.place.grant.is_app:
        raise Refused(403, 'You must authenticate via a GitHub App.')
    runs = {run.id: run for run in call.place.remembered.check_runs}
    run = runs.get(int(call.words['id']))
    if run is None:
        raise Refused(404, 'Not Found')
    _annotate(run, call.told.get('output') or {})
    return 200, check_run_shape(call.place.named, run)


def list_hooks(call: Call) -> Answered:
    size, page = int(call.query.get('per_page', 30)), int(call.query.get('page', 1))
    shown = call.hooks()[(page - 1) * size : page * size]
    return 200, [hook_shape(call.place.named, hook) for hook in shown]


def create_hook(call: Call) -> Answered:
    hooks, config = call.hooks(), call.told.get('config') or {}
    if not config.get('url'):
        raise _invalid({'resource': 'Hook', 'code': 'missing_field', 'field': 'url'})
    if any(hook.url == config['url'] for hook in hooks):
        raise _invalid({**_custom('Hook already exists on this repository'), 'resource': 'Hook'})
    hook = Hook(
        id=call.place.next_hook(),
        url=config['url'],
        secret=config.get('secret', ''),
        events=tuple(call.told.get('events', ('push',))),
        active=call.told.get('active', True),
        created=stamp(),
    )
    hooks.append(hook)
    call.place.deliveries.send(hook, 'ping', {'zen': 'Keep it logically awesome.', **_about(call)})
    return 201, hook_shape(call.place.named, hook)


def change_hook(call: Call) -> Answered:
    hook, config = call.hook(), call.told.get('config') or {}
    hook.url, hook.secret = config.get('url', hook.url), config.get('secret', '')
    hook.events = tuple(call.told.get('events', hook.events))
    hook.active = call.told.get('active', hook.active)
    return 200, hook_shape(call.place.named, hook)


def delete_hook(call: Call) -> Answered:
    hook = call.hook()
    call.place.remembered.hooks.remove(hook)
    return 204, None


def read_content(call: Call) -> Answered:
    branch = call.query.get('ref') or call.place.named.default_branch
    at = call.place.served.store.resolve(branch) or call.place.served.head(branch)
    path = RepoPath(call.words['path'])
    blob = call.place.served.files(at).get(path) if at else None
    if at is None or blob is None:
        raise Refused(404, 'Not Found')
    content = call.place.served.content(at, path) or b''
    return 200, content_shape(call.place.named, path, blob, content)


def write_content(call: Call) -> Answered:
    path, content = RepoPath(call.words['path']), base64.b64decode(call.told['content'])
    is_new = _check_blob(call, path)
    info = _committed(call, {path: content})
    blob = call.place.served.files(info.id)[path]
    shape = content_shape(call.place.named, path, blob, content)
    return 201 if is_new else 200, file_commit_shape(call.place.named, info, shape)


def delete_content(call: Call) -> Answered:
    path = RepoPath(call.words['path'])
    if _check_blob(call, path):
        raise Refused(404, 'Not Found')
    return 200, file_commit_shape(call.place.named, _committed(call, {path: None}), None)


def _check_blob(call: Call, path: RepoPath) -> bool:
    """True for a new file; who replaces one must have read what stands there."""
    branch = call.told.get('branch') or call.place.named.default_branch
    head = call.place.served.head(branch)
    if head is None:
        raise Refused(404, f'Branch {branch} not found')
    standing, given = call.place.served.files(head).get(path), call.told.get('sha')
    if standing and not given:
        raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if standing and given != standing:
        raise Refused(409, f'{path} does not match {given}')
    return standing is None


def _committed(call: Call, files: Mapping[RepoPath, bytes | None]) -> Any:
    call.place.require_write()
    branch = call.told.get('branch') or call.place.named.default_branch
    if words := call.place.remembered.protected.get(branch):
        raise Refused(409, words)
    served, head = call.place.served, call.place.served.head(branch)
    if head is None:
        raise Refused(404, f'Branch {branch} not found')
    author = login_identity(call.place.grant.login)
    try:
        made = served.commit_files(branch, head, files, call.told['message'], author)
    except BranchMoved:
        raise Refused(409, f'is at {served.head(branch)} but expected {head}') from None
    call.place.look_at_heads()
    return served.store.log(made, limit=1)[0]


def _annotate(run: CheckRun, output: Mapping[str, Any]) -> None:
    annotations = output.get('annotations') or []
    if len(annotations) > 50:
        raise _invalid(_custom('No more than 50 annotations are permitted'))
    run.annotations += annotations


def _about(call: Call) -> dict[str, Any]:
    return {'repository': repository_shape(call.place.named)}


def _custom(message: str) -> dict[str, str]:
    return {'resource': 'PullRequest', 'code': 'custom', 'message': message}


def _invalid(*errors: Mapping[str, Any]) -> Refused:
    return Refused(422, 'Validation Failed', errors)


def _at(path: str) -> re.Pattern[str]:
    return re.compile(r'/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)' + path)


ROUTES: tuple[tuple[str, re.Pattern[str], Callable[[Call], Answered]], ...] = (
    ('GET', _at(''), repository),
    ('GET', _at('/pulls'), list_pulls),
    ('POST', _at('/pulls'), open_pull),
    ('GET', _at(r'/pulls/(?P<number>\d+)'), read_pull),
    ('PATCH', _at(r'/pulls/(?P<number>\d+)'), change_pull),
    ('POST', _at('/merges'), merge_branches),
    ('POST', _at('/statuses/(?P<sha>[^/]+)'), create_status),
    ('POST', _at('/check-runs'), create_check_run),
    ('PATCH', _at(r'/check-runs/(?P<id>\d+)'), change_check_run),
    ('GET', _at('/hooks'), list_hooks),
    ('POST', _at('/hooks'), create_hook),
    ('PATCH', _at(r'/hooks/(?P<id>\d+)'), change_hook),
    ('DELETE', _at(r'/hooks/(?P<id>\d+)'), delete_hook),
    ('GET', _at('/contents/(?P<path>.+)'), read_content),
    ('PUT', _at('/contents/(?P<path>.+)'), write_content),
    ('DELETE', _at('/contents/(?P<path>.+)'), delete_content),
)
