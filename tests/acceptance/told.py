"""What NetBox tells whoever asks: REST, GraphQL and pages, read for `leaks.py`."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

from .stack import Stack

__all__ = ['api_answers', 'graphql_answers', 'pages']

NEWEST = 200
"""So many rows of each kind are read, the newest first: those of the test that looks."""

# What of NetBox's own may have been told about a repository.
CORE = (
    '/api/core/object-changes/',
    '/api/core/jobs/',
    '/api/core/background-tasks/',
    '/api/core/background-workers/',
    '/api/extras/webhooks/',
    '/api/extras/event-rules/',
    '/api/extras/journal-entries/',
    '/api/extras/notifications/',
    '/api/extras/tags/',
)
ADMIN_PAGES = ('/core/jobs/', '/core/changelog/', '/core/background-queues/', '/extras/tags/')
NO_SUCH = '/plugins/hedgehog/git-repositories/999999/'

_TYPE = 'name kind ofType {name kind ofType {name kind ofType {name kind}}}'
SCHEMA = f'{{__schema {{queryType {{name}} types {{name fields {{name type {{{_TYPE}}}}}}}}}}}'


def api_answers(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """The newest rows of every list of the plugin, and of NetBox's lists beside it."""
    lists = [str(address) for address in stack.get('').values()]
    assert len(lists) > 5, lists
    for address in (*lists, *CORE):
        told = stack.get(f'{address}?limit={NEWEST}&ordering=-id')
        yield f'api {address.rstrip("/").rpartition("/")[2]}', json.dumps(told).encode()


def graphql_answers(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Every list of the plugin's types and of tags, with all fields that are plain values."""
    schema = _asked(stack, SCHEMA)['__schema']
    yield 'graphql schema', json.dumps(schema).encode()
    fields = {each['name']: each['fields'] or () for each in schema['types']}
    models = {'tag', *_own_models(stack)}
    for entry in fields[schema['queryType']['name']]:
        of = _named(entry['type'])
        if entry['name'].endswith('_list') and of.removesuffix('Type').lower() in models:
            plain = [each['name'] for each in fields[of] if _is_plain(each['type'])]
            told = _asked(stack, f'{{{entry["name"]} {{{" ".join(plain)}}}}}')
            yield f'graphql {entry["name"]}', json.dumps(told).encode()


def pages(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """The newest objects' pages, forms and change logs, NetBox's own lists, and an error page."""
    browser = _signed_in(stack)
    own = {}
    for address in stack.get('').values():
        rows = stack.get(f'{address}?limit=2&ordering=-id')['results']
        own.update({row['display_url']: row for row in rows if row.get('display_url')})
    assert own
    tails = ('', 'edit/', 'changelog/')
    for page in (*(f'{each}{tail}' for each in own for tail in tails), *ADMIN_PAGES, NO_SUCH):
        address = page if page.startswith('http') else stack.web + page
        yield f'page {urllib.parse.urlsplit(address).path}', _read(browser, address)


def _signed_in(stack: Stack) -> urllib.request.OpenerDirector:
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies)
    form = _read(browser, f'{stack.web}/login/').decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token, form[:500]
    given = {
        'csrfmiddlewaretoken': token[1],
        'username': 'admin',
        'password': stack.admin_password,
        'next': '/user/profile/',
    }
    request = urllib.request.Request(
        f'{stack.web}/login/', urllib.parse.urlencode(given).encode(), {'Referer': stack.web}
    )
    assert b'ada@example.com' in browser.open(request, timeout=120).read(), 'not signed in'
    return browser


def _read(browser: urllib.request.OpenerDirector, address: str) -> bytes:
    """A page, also one that says what went wrong."""
    try:
        with browser.open(address, timeout=120) as reply:
            return bytes(reply.read())
    except urllib.error.HTTPError as error:
        return error.read()


def _asked(stack: Stack, query: str) -> Any:
    answer = stack.api('POST', f'{stack.web}/graphql/', {'query': query})
    assert answer.status == 200, (answer.status, answer.body)
    assert not answer.body.get('errors'), answer.body
    return answer.body['data']


def _own_models(stack: Stack) -> set[str]:
    """The plugin's models as NetBox lists them: names in small letters."""
    types = stack.get('/api/core/object-types/?app_label=netbox_hedgehog&limit=0')['results']
    assert types
    return {each['model'] for each in types}


def _named(kind: dict[str, Any]) -> str:
    while kind.get('ofType'):
        kind = kind['ofType']
    return str(kind['name'])


def _is_plain(kind: dict[str, Any]) -> bool:
    while kind['kind'] == 'NON_NULL':
        kind = kind['ofType']
    return kind['kind'] in ('SCALAR', 'ENUM')
