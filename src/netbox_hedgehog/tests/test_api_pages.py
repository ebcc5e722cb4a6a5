"""The pages made from the schemas are those of today: `python -m dev.api_pages` writes them."""

import os
import re
from unittest import SkipTest

from django.test import TestCase
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from netbox.graphql.schema import schema as graphql_schema

from netbox_hedgehog.api import urls as api_urls
from netbox_hedgehog.ui.kinds import KINDS

from .endpoints import rest_endpoints

try:
    from dev.api_pages import GRAPHQL_PAGE, REST_PAGE, UPDATE
    from dev.graphql_page import graphql_page
    from dev.rest_page import rest_page
except ImportError as missing:  # Installed without its repository.
    raise SkipTest('the documentation is not here') from missing


class PagesTest(TestCase):
    maxDiff = 2000

    def compare(self, file, made):
        if os.environ.get(UPDATE):
            file.write_text(made)
        self.assertEqual(file.read_text(), made, f'{file.name}: run python -m dev.api_pages')

    def test_the_fields_of_rest(self):
        with GENERATOR_STATS.silence():
            own = SchemaGenerator(patterns=[path('api/plugins/hedgehog/', include(api_urls))])
            schema = own.get_schema(public=True)
        kinds = sorted((shown.path for shown in KINDS.values()), key=lambda path: path != 'vpcs')
        page = rest_page(schema, kinds)
        self.compare(REST_PAGE, page)
        for each in rest_endpoints():
            address = each.path.replace('<id>', '{id}').replace('<uuid>', '{repository}')
            if not each.spelling and each.path and address.split('/')[0] not in kinds[1:]:
                self.assertIn(f'`{each.method} {address}`', page)
        linked = set(re.findall(r'\]\(#([\w-]+)\)', page))
        told = set(re.findall(r'^### (\w+)$', page.lower(), re.M))
        self.assertEqual(linked - told, set())

    def test_graphql(self):
        self.compare(GRAPHQL_PAGE, graphql_page(GRAPHQL_PAGE.read_text(), graphql_schema._schema))
