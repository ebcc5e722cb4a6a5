"""Where an object lies in Git: its file and line, its commit, and what lies beside it."""

import re
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest

from ..models import HedgehogResource
from ..sync.links import commit_page
from ..ui.places import file_address, files_tab, template_address
from .reading_git import Reader, reader

__all__ = ['MAX_BESIDE', 'place_of']

# A folder may have thousands of files; the nearest of them are named.
MAX_BESIDE = 10


def place_of(request: HttpRequest, resource: HedgehogResource) -> dict[str, Any]:
    """What the panel shows: from rows, and from the one file where it has several documents."""
    state, fabric = resource.sync_state, resource.fabric
    path = state.managed_file_path
    visible = HedgehogResource.objects.restrict(request.user, 'view').filter(fabric=fabric)
    inside = _others(visible, resource).filter(sync_state__managed_file_path=path)
    several = _nearest(inside, resource, 'name', resource.name) if path else _NOBODY
    folder = path.rpartition('/')[0]
    beside = _NOBODY
    if path and not several['rows']:
        # With several documents in the file, these are what one looks for.
        beside = _nearest(_in_folder(visible, resource, folder), resource, _PATH, path)
    read = reader(fabric)
    return {
        'state': state,
        'path': path,
        'url': file_address(fabric, path, _line(read, resource, path) if several['rows'] else None),
        'folder_url': files_tab(fabric, folder=_below(fabric.gitops_directory, folder)),
        'inside': several,
        'beside': beside,
        'commit_url': commit_page(fabric.git_repository, state.desired_commit),
        'made_by': _made_by(read, resource) if path else None,
    }


_PATH = 'sync_state__managed_file_path'
_NOBODY: dict[str, Any] = {'rows': [], 'more': 0}


def _others(visible: QuerySet[HedgehogResource], own: HedgehogResource) -> QuerySet[Any]:
    named = visible.exclude(pk=own.pk).annotate(file=F(_PATH))
    return named.only('pk', 'kind', 'namespace', 'name').order_by()


def _in_folder(
    visible: QuerySet[HedgehogResource], own: HedgehogResource, folder: str
) -> QuerySet[Any]:
    """Those in other files of the same folder, not of the folders in it."""
    # The beginning is what the index finds.
    inside = _others(visible, own).filter(**{f'{_PATH}__startswith': f'{folder}/'})
    return inside.filter(**{f'{_PATH}__regex': f'^{re.escape(folder)}/[^/]+$'})


def _nearest(
    others: QuerySet[Any], own: HedgehogResource, field: str, value: str
) -> dict[str, Any]:
    """Some of the others on both sides of the object, in order, and how many are not named."""
    count = others.count()
    if not count:
        return _NOBODY
    before = list(
        others.filter(**{f'{field}__lt': value}).order_by(f'-{field}', '-pk')[:MAX_BESIDE]
    )
    after = list(others.filter(**{f'{field}__gte': value}).order_by(field, 'pk')[:MAX_BESIDE])
    first = max(MAX_BESIDE // 2, MAX_BESIDE - len(after))
    shown = [*reversed(before[:first]), *after][:MAX_BESIDE]
    return {'rows': shown, 'more': count - len(shown)}


def _made_by(read: Reader, resource: HedgehogResource) -> dict[str, Any] | None:
    """The template that made the object, or that NetBox's devices did; None for people."""
    fabric = resource.fabric
    found, _problem = read(lambda files: files.made_by(resource))
    if found is None or found['source'] == 'hand':
        return None
    name, commit = found['template'], found['commit'] or ''
    url = template_address(fabric, name) if name else ''
    return {**found, 'url': url, 'commit_url': commit_page(fabric.git_repository, commit)}


def _line(read: Reader, resource: HedgehogResource, path: str) -> int | None:
    found, _problem = read(lambda files: files.line(resource, path))
    return found if isinstance(found, int) else None


def _below(base: str, folder: str) -> str:
    return folder.removeprefix(base).strip('/') if base else folder
