"""A text as somebody types it, asked about before it is saved."""

from django.urls import reverse
from utilities.testing import TestCase

from netbox_hedgehog.models import HedgehogFabric, HedgehogResource

from .builders import a_fabric
from .pages import allow, strict_templates
from .test_views_resources import VPC, a_vpc

__all__ = ['TypedTextCase']


class TypedTextCase(TestCase):
    """A VPC, its text, and a user who may change it; `view` is what is asked."""

    view = ''

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric()
        self.row = a_vpc(self.fabric, 'vpc-1')
        self.text = VPC.format(name='vpc-1')
        allow(self.user, HedgehogFabric, 'view')
        allow(self.user, HedgehogResource, 'view', 'change', 'add')

    def ask(self, text, row=None, **fields):
        name = f'plugins:netbox_hedgehog:hedgehogresource_{self.view}'
        address = reverse(name, args=[row.pk]) if row else reverse(f'{name}_new')
        with strict_templates() as missing:
            response = self.client.post(address, {'text': text, **fields})
        self.assertEqual(missing, [])
        return response
