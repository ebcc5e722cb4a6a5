"""Where a file of a fabric is shown, so that whatever names one can lead to it."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from ..models import HedgehogFabric

__all__ = ['archive_tab', 'file_address', 'files_tab', 'template_address']

_PAGES = 'plugins:netbox_hedgehog:hedgehogfabric'


def files_tab(fabric: HedgehogFabric, **query: Any) -> str:
    """The address of the Files tab, of one folder or file where `folder` or `path` says so."""
    page = reverse(f'{_PAGES}_files', args=[fabric.pk])
    return f'{page}?{urlencode(query)}' if query else page


def archive_tab(fabric: HedgehogFabric) -> str:
    """The address of the Archive tab."""
    return reverse(f'{_PAGES}_archive', args=[fabric.pk])


def template_address(fabric: HedgehogFabric, name: str) -> str:
    """The page of a template, by its path below templates/."""
    page = reverse(f'{_PAGES}_templates', args=[fabric.pk])
    return f'{page}?{urlencode({"name": name})}'


def file_address(fabric: HedgehogFabric, path: str, line: int | None = None) -> str:
    """The page of a file, by its path in the repository; empty for one outside of the fabric."""
    prefix = f'{fabric.gitops_directory}/' if fabric.gitops_directory else ''
    below = path.removeprefix(prefix)
    if not below or not path.startswith(prefix):
        return ''
    return f'{files_tab(fabric, path=below)}{f"#L{line}" if line else ""}'
