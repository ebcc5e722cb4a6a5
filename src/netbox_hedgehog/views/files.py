"""The Files tab of a fabric: the tree, what is wrong in it and who touched it, and one file."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from ..constants import RAW_FOLDER
from ..models import HedgehogFabric
from ..object_actions import RestoreFabric, UploadFiles
from ..ui.code import diff_lines, yaml_lines
from ..ui.findings import marked_lines
from .content import findings_content
from .reading_git import Reader, reader

__all__ = ['FabricFilesView']

MAX_SHOWN = 500
# The Archive tab has all of them.
MAX_ORIGINALS = 20
# What operations write: manifest, log and archive.
OWN_FOLDER = '.hnp/'
PAGES = 'plugins:netbox_hedgehog:hedgehogfabric'


@register_model_view(HedgehogFabric, 'files', path='files')
class FabricFilesView(generic.ObjectView):
    """One folder of the tree, or one file with its text and its versions."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
    actions = ()
    tab = ViewTab(label=_('Files'), permission='netbox_hedgehog.view_hedgehogfabric', weight=550)

    def get_template_name(self) -> str:
        name = 'file' if self.request.GET.get('path') else 'files'
        return f'netbox_hedgehog/hedgehogfabric_{name}.html'

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        shared = {
            'may_restore': RestoreFabric.is_permitted(request.user, instance),
            'upload_url': _upload_address(request, instance),
        }
        path, read = request.GET.get('path', ''), reader(instance)
        if path:
            shown = _file(request, read, path)
            return {**shared, **shown, 'change_url': _change_address(request, instance, shown)}
        return {**shared, **_folder(read, request.GET.get('folder', '').strip('/'))}


def _upload_address(request: HttpRequest, fabric: HedgehogFabric) -> str:
    """The form for files, which leads back to raw/; empty where there is nothing to hand over."""
    may = UploadFiles.is_permitted(request.user, fabric)
    if not may or UploadFiles.blocked_because(fabric):
        return ''
    back = f'{reverse(f"{PAGES}_files", args=[fabric.pk])}?folder={RAW_FOLDER}'
    form = reverse(f'{PAGES}_upload', args=[fabric.pk])
    return f'{form}?{urlencode({"return_url": back})}'


def _change_address(request: HttpRequest, fabric: HedgehogFabric, shown: dict[str, Any]) -> str:
    """The form that changes the file as it is now; what operations write is not a person's."""
    content = shown['content']
    if shown['at'] or not content or not content['is_text']:
        return ''
    below = content['below']
    may = RestoreFabric.is_permitted(request.user, fabric)
    if not may or RestoreFabric.blocked_because(fabric) or below.startswith(OWN_FOLDER):
        return ''
    form = reverse(f'{PAGES}_change_file', args=[fabric.pk])
    return f'{form}?{urlencode({"path": below})}'


def _folder(read: Reader, folder: str) -> dict[str, Any]:
    listing, problem = read(lambda found: found.listing())
    originals, _problem = read(lambda found: found.originals())
    rows = (listing or {}).get('files', ())
    wrong = _counted(_findings(read))
    prefix = f'{folder}/' if folder else ''
    below = [row['below'] for row in rows if row['below'].startswith(prefix)]
    files = [row for row in rows if row['below'].rpartition('/')[0] == folder]
    shown = files[:MAX_SHOWN]
    touched, _problem = read(lambda found: found.last_touched(below))
    return {
        'problem': problem,
        'commit': (listing or {}).get('commit', ''),
        'folder': folder,
        'parents': _parents(folder),
        'tree': _tree([row['below'] for row in rows], folder, wrong),
        'folders': [
            {**each, 'last': _newest(touched or {}, each['path'])}
            for each in _inside(below, prefix, wrong)
        ],
        'files': [
            {
                **row,
                'name': row['below'].removeprefix(prefix),
                'last': (touched or {}).get(row['below']),
                'wrong': wrong.get(row['below'], Counter()),
            }
            for row in shown
        ],
        'more': len(files) - len(shown),
        'originals': [] if folder else (originals or [])[:MAX_ORIGINALS],
        'more_originals': max(len(originals or []) - MAX_ORIGINALS, 0),
    }


def _findings(read: Reader) -> list[dict[str, Any]]:
    found, _problem = read(lambda files: files.findings())
    return found or []


def _counted(findings: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """How many errors and warnings each file has; what only informs is no trouble."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for each in findings:
        if each['severity'] != 'info':
            counted[each['below']][each['severity']] += 1
    return counted


def _inside(
    below: Iterable[str], prefix: str, wrong: Mapping[str, Counter[str]]
) -> list[dict[str, Any]]:
    """The folders directly in one, with how many files they have and what is wrong with them."""
    counts: Counter[str] = Counter()
    troubles: dict[str, Counter[str]] = defaultdict(Counter)
    for path in below:
        name, slash, _rest = path.removeprefix(prefix).partition('/')
        if slash:
            counts[name] += 1
            troubles[name].update(wrong.get(path, ()))
    return [
        {'name': name, 'path': f'{prefix}{name}', 'count': counts[name], 'wrong': troubles[name]}
        for name in sorted(counts)
    ]


def _newest(touched: Mapping[str, Mapping[str, Any]], folder: str) -> Mapping[str, Any] | None:
    """The commit that touched anything in the folder last; the history comes newest first."""
    inside = (entry for path, entry in touched.items() if path.startswith(f'{folder}/'))
    return next(inside, None)


def _tree(
    paths: Iterable[str], current: str, wrong: Mapping[str, Counter[str]]
) -> list[dict[str, Any]]:
    """Every folder below the fabric's as nested rows; those on the way to the current are open."""
    nodes: dict[str, dict[str, Any]] = {'': {'children': []}}
    for path in sorted(paths):
        parts = path.split('/')[:-1]
        for depth in range(1, len(parts) + 1):
            name = '/'.join(parts[:depth])
            if name not in nodes:
                nodes[name] = {
                    'name': parts[depth - 1],
                    'path': name,
                    'current': name == current,
                    'open': f'{current}/'.startswith(f'{name}/'),
                    'children': [],
                    'wrong': Counter(),
                }
                nodes[name.rpartition('/')[0]]['children'].append(nodes[name])
            nodes[name]['wrong'].update(wrong.get(path, ()))
    return nodes['']['children']


def _parents(folder: str) -> list[dict[str, str]]:
    parts = folder.split('/') if folder else []
    return [
        {'name': part, 'path': '/'.join(parts[: number + 1])} for number, part in enumerate(parts)
    ]


def _file(request: HttpRequest, read: Reader, path: str) -> dict[str, Any]:
    at = request.GET.get('at', '')
    content, problem = read(lambda found: found.content(path, at))
    versions, unread = read(lambda found: found.history(path))
    facts, _problem = read(lambda found: found.facts(path))
    old, new = request.GET.get('from', ''), request.GET.get('to', '')
    compared, not_compared = (
        read(lambda found: found.difference(path, old, new)) if old else ([], '')
    )
    # What was found is about the file as it is now.
    findings = [] if at else [each for each in _findings(read) if each['below'] == path.strip('/')]
    return {
        'path': path,
        'at': at,
        'folder': path.rpartition('/')[0],
        'content': content,
        'html': (
            yaml_lines(content['content'], marked_lines(findings))
            if content and content['is_text']
            else ''
        ),
        'findings': findings_content(findings, anchor='L'),
        'facts': facts,
        'versions': (versions or [])[:MAX_SHOWN],
        'problem': not_compared or unread or (problem if not versions else ''),
        'gone': content is None,
        'old': old,
        'new': new,
        'diff_html': diff_lines(compared[0]['text']) if compared else '',
    }
