"""NetBox's search finds what has a name, and nothing that is secret or a draft."""

from django.test import TestCase
from extras.models import CachedValue
from netbox.search.backends import search_backend

from netbox_hedgehog.models import GitRepository, HedgehogFabric, HedgehogResource

from .builders import a_fabric, a_repository, a_resource


class SearchTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        repository = a_repository(name='needle repository', encrypted_credentials='1:CANARY')
        fabric = a_fabric(name='needle fabric', git_repository=repository)
        a_resource(
            fabric,
            name='needle-vpc',
            desired_spec={'note': 'CANARY'},
            draft_text='CANARY',
            comments='seen by the needle of a person',
        )
        for model in (GitRepository, HedgehogFabric, HedgehogResource):
            search_backend.cache(model.objects.all())

    def test_finds_each_kind_of_row(self):
        found = {type(result.object) for result in search_backend.search('needle')}
        self.assertEqual(found, {GitRepository, HedgehogFabric, HedgehogResource})

    def test_directory_and_address_are_found(self):
        for text, model in (('fabrics/needle', HedgehogFabric), ('git.example.com', GitRepository)):
            found = [type(result.object) for result in search_backend.search(text)]
            self.assertEqual(found, [model])

    def test_specs_drafts_and_secrets_are_not_indexed(self):
        self.assertTrue(CachedValue.objects.exists())
        self.assertFalse(CachedValue.objects.filter(value__icontains='CANARY').exists())
