"""The Files tab of a fabric: the tree, a file with its history, and originals."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogFabric
from ..object_actions import RestoreFabric
from ..ui.code import diff_lines, yaml_lines
from .reading_git import Reader, reader

__all__ = ['FabricFilesView']

MAX_SHOWN = 500


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
        shared = {'may_restore': RestoreFabric.is_permitted(request.user, instance)}
        path, read = request.GET.get('path', ''), reader(instance)
        if path:
            return {**shared, **_file(request, read, path)}
        return {**shared, **_folder(read, request.GET.get('folder', '').strip('/'))}


def _folder(read: Reader, folder: str) -> dict[str, Any]:
    listing, problem = read(lambda found: found.listing())
    originals, _problem = read(lambda found: found.originals())
    prefix = f'{folder}/' if folder else ''
    rows = [row for row in (listing or {}).get('files', ()) if row['below'].startswith(prefix)]
    folders: dict[str, int] = {}
    files = []
    for row in rows:
        name, slash, _rest = row['below'].removeprefix(prefix).partition('/')
        if slash:
            folders[name] = folders.get(name, 0) + 1
        else:
            files.append({**row, 'name': name})
    return {
        'problem': problem,
        'commit': (listing or {}).get('commit', ''),
        'folder': folder,
        'parents': _parents(folder),
        'folders': [
            {'name': name, 'path': f'{prefix}{name}', 'count': count}
            for name, count in sorted(folders.items())
        ],
        'files': files[:MAX_SHOWN],
        'more': max(len(files) - MAX_SHOWN, 0),
        'originals': (originals or [])[:MAX_SHOWN] if not folder else [],
    }


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
    return {
        'path': path,
        'at': at,
        'folder': path.rpartition('/')[0],
        'content': content,
        'html': yaml_lines(content['content']) if content and content['is_text'] else '',
        'facts': facts,
        'versions': (versions or [])[:MAX_SHOWN],
        'problem': not_compared or unread or (problem if not versions else ''),
        'gone': content is None,
        'old': old,
        'new': new,
        'diff_html': diff_lines(compared[0]['text']) if compared else '',
    }
