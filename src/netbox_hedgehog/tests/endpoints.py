"""Every address of the plugin, read from the URL router: REST endpoints and pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from netbox_hedgehog import urls as page_urls
from netbox_hedgehog.api import urls as api_urls

__all__ = ['Endpoint', 'Page', 'pages', 'rest_endpoints']

_METHODS = ('get', 'post', 'put', 'patch', 'delete')


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one REST address. `path` has `<id>` or `<uuid>` where something is named.

    With `spelling` it is the same as another, written with underscores.
    """

    method: str
    path: str
    view: Any
    action: str
    spelling: bool = False

    def __str__(self) -> str:
        return f'{self.method} {self.path}'


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name in the router, and the names of what its address needs."""

    name: str
    path: str
    arguments: tuple[str, ...]
    view: Any

    def __str__(self) -> str:
        return self.name


def rest_endpoints() -> Iterator[Endpoint]:
    """Every method of every address below /api/plugins/hedgehog/; formats in paths left out."""
    for pattern in api_urls.urlpatterns:
        path = _readable(str(pattern.pattern))
        if path is None or not path:
            continue
        callback = pattern.callback
        kwargs = getattr(callback, 'initkwargs', None) or getattr(callback, 'view_initkwargs', {})
        spelling = 'schema' in kwargs and kwargs['schema'] is None
        view = getattr(callback, 'cls', None) or callback.view_class
        for method, action in _actions(callback, view).items():
            yield Endpoint(method.upper(), path, view, action, spelling)


def pages() -> Iterator[Page]:
    """Every page below /plugins/hedgehog/."""
    yield from _pages(page_urls.urlpatterns, '')


def _actions(callback: Any, view: Any) -> dict[str, str]:
    if (actions := getattr(callback, 'actions', None)) is not None:
        return {method: name for method, name in actions.items() if method in _METHODS}
    return {method: method for method in _METHODS if hasattr(view, method)}


def _pages(patterns: Any, before: str) -> Iterator[Page]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and pattern.name:
            view = getattr(pattern.callback, 'view_class', pattern.callback)
            arguments = tuple(re.findall(r'<(?:\w+:)?(\w+)>', path))
            yield Page(pattern.name, path, arguments, view)


def _readable(pattern: str) -> str | None:
    """The path as people write it; None for the twin with a format in it."""
    if 'format' in pattern:
        return None
    path = re.sub(r'<uuid:\w+>', '<uuid>', pattern.strip('^$'))
    path = re.sub(r'\(\?P<pk>(?:\[[^\]]*\]\+?|[^)])*\)', '<id>', path)
    return re.sub(r'<int:pk>', '<id>', path)
