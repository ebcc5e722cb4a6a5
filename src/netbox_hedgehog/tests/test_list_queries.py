"""Lists of twelve rows take as many queries as lists of three: pages, REST and GraphQL."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.test import TestCase
from django.urls import reverse
from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from netbox.graphql.schema import schema
from rest_framework.test import APIClient
from users.models import User

from netbox_hedgehog import tables
from netbox_hedgehog.models import GitRepositoryState, HedgehogFabric
from netbox_hedgehog.ui.kinds import KINDS

from .builders import a_fabric, a_repository
from .counting import queries_now, queries_of, what_grew
from .endpoints import pages, rest_endpoints
from .full_rows import COMMIT, a_full_set

# Every page there is, and more than once: a busy machine takes longer than for other tests.
pytestmark = pytest.mark.timeout(900)

FEW, MANY = 3, 12
PAGES = 'plugins:netbox_hedgehog'
API = '/api/plugins/hedgehog/'
LONG = {'limit': 1000}


class ListQueriesCase(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.user = User.objects.create_superuser('alice')
        self.client.force_login(self.user)
        self.made = 0

    def grow(self, wanted: int, fabric: HedgehogFabric | None = None) -> None:
        while self.made < wanted:
            self.made += 1
            a_full_set(self.made, fabric)

    def none_grows(
        self, asked: dict[str, Callable[[], Any]], fabric: HedgehogFabric | None = None
    ) -> None:
        self.grow(FEW, fabric)
        few = {name: queries_of(ask) for name, ask in asked.items()}
        self.grow(MANY, fabric)
        grown = []
        for name, ask in asked.items():
            many = queries_now(ask)
            if len(many) != len(few[name]):
                what = what_grew(few[name], many)
                grown.append(f'{name}: {len(few[name])}, then {len(many)}\n{what}')
        self.assertTrue(not grown, f'{len(grown)} lists ask for each row:\n' + '\n\n'.join(grown))


class PageListsTest(ListQueriesCase):
    def setUp(self) -> None:
        super().setUp()
        # Columns that are not shown by default ask for rows as well.
        for name in tables.__all__:
            if name.endswith('Table'):
                columns = list(getattr(tables, name).base_columns)
                self.user.config.set(f'tables.{name}.columns', columns, commit=True)

    def look(self, address: str) -> None:
        self.assertEqual(self.client.get(address).status_code, 200, address)

    def test_lists_and_exports(self) -> None:
        asked = {}
        for name in (*_lists(), 'near_duplicates'):
            asked[name] = partial(self.look, reverse(f'{PAGES}:{name}'))
            asked[f'{name} exported'] = partial(
                self.look, f'{reverse(f"{PAGES}:{name}")}?export=table'
            )
        self.assertGreater(len(asked), 20)
        self.none_grows(asked)
        shown = self.client.get(reverse(f'{PAGES}:hedgehogfabric_list')).content.decode()
        self.assertIn('Kubernetes namespace', shown.split('<thead')[1].split('</thead')[0])

    def test_tabs_and_pages_of_a_fabric(self) -> None:
        """Before a fabric is deleted NetBox names every row that goes along, one by one."""
        self.grow(1)
        fabric = HedgehogFabric.objects.get()
        names = [
            page.name
            for page in pages()
            if page.name.startswith('hedgehogfabric') and page.arguments == ('pk',)
        ]
        found = {name: reverse(f'{PAGES}:{name}', args=[fabric.pk]) for name in names}
        asked = {
            name: partial(self.client.get, url)
            for name, url in found.items()
            if not name.endswith(('_events', '_delete'))
        }
        self.none_grows(asked, fabric)


class RestListsTest(ListQueriesCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = APIClient()
        self.api.force_authenticate(self.user)

    def look(self, address: str, query: dict[str, Any]) -> None:
        self.assertEqual(self.api.get(address, query).status_code, 200, address)

    def test_lists(self) -> None:
        asked: dict[str, Callable[[], Any]] = {}
        for each in rest_endpoints():
            if each.action == 'list' and getattr(each.view, 'kind', 'VPC') == 'VPC':
                asked[each.path] = partial(self.look, API + each.path, LONG)
                asked[f'{each.path} brief'] = partial(
                    self.look, API + each.path, {**LONG, 'brief': True}
                )
        self.assertGreater(len(asked), 20)
        self.none_grows(asked)

    def test_lists_of_a_fabric(self) -> None:
        self.grow(1)
        fabric = HedgehogFabric.objects.get()
        asked = {
            each.path: partial(self.api.get, API + each.path.replace('<id>', str(fabric.pk)), LONG)
            for each in rest_endpoints()
            if each.method == 'GET' and each.path.startswith('fabrics/<id>/') and not each.spelling
        }
        self.assertGreater(len(asked), 5)
        self.none_grows(asked, fabric)

    def test_what_a_repository_tells_of_its_fabrics(self) -> None:
        repository = a_repository()
        state = GitRepositoryState.objects.filter(repository=repository)
        state.update(head_commit=COMMIT)
        path = f'git-repositories/{repository.pk}/status/'
        found = []
        for wanted in (FEW, MANY):
            while repository.fabrics.count() < wanted:
                number = repository.fabrics.count()
                a_fabric(git_repository=repository, gitops_directory=f'sites/{number}')
            found.append(queries_of(partial(self.look, API + path, {})))
        self.assertEqual(what_grew(*found), '')


class GraphListsTest(ListQueriesCase):
    def look(self, query: str) -> None:
        answer = self.client.post(
            reverse('graphql'), {'query': query}, content_type='application/json'
        )
        self.assertNotIn('errors', answer.json(), query)

    def test_lists_with_what_hangs_on_each_row(self) -> None:
        fields = schema._schema.query_type.fields
        asked = {
            name: f'{{ {name} {_selection(get_named_type(field.type), 2)} }}'
            for name, field in fields.items()
            if name.startswith('hedgehog_') and name.endswith('_list')
        }
        self.assertGreater(len(asked), 10)
        self.none_grows({name: partial(self.look, query) for name, query in asked.items()})


def _lists() -> list[str]:
    """The names of all lists; the lists of single kinds are one, and stand here once."""
    others = {f'{shown.base_name}_list' for kind, shown in KINDS.items() if kind != 'Switch'}
    return sorted({page.name for page in pages() if page.name.endswith('_list')} - others)


# NetBox itself asks for these row by row.
NETBOX = ('changelog', 'journal_entries')


def _selection(kind: GraphQLObjectType, depth: int) -> str:
    return '{ ' + ' '.join(_names(kind, depth)) + ' }'


def _names(kind: GraphQLObjectType, depth: int) -> Iterator[str]:
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            yield name
        elif isinstance(inner, GraphQLObjectType) and depth > 1 and name not in NETBOX:
            yield f'{name} {_selection(inner, depth - 1)}'
