"""Two of every object, those of fabric A and those of fabric B.

No server is behind them, unless a fabric A is given.
"""

from typing import Any

from core.models import ObjectType
from django.apps import apps
from django.urls import reverse
from extras.models import EventRule, Webhook

from netbox_hedgehog.models import (
    GitRepository,
    HedgehogFabric,
    OutboxEntry,
    ResolutionPolicy,
)
from netbox_hedgehog.ui.kinds import KINDS

from . import builders
from .endpoints import Page

__all__ = ['World', 'model_of']


def model_of(page: str) -> str:
    """The model that the name of a page begins with; nothing for pages of no model."""
    models = apps.get_app_config('netbox_hedgehog').get_models()
    names = sorted((model._meta.model_name for model in models), key=len, reverse=True)
    return next((name for name in names if page.startswith(name)), '')


class World:
    """Two of each object: those of fabric A, and those of fabric B."""

    def __init__(self, fabric_a: HedgehogFabric | None = None, called: str = 'one') -> None:
        self.of: dict[str, dict[str, Any]] = {'A': {}, 'B': {}}
        given = {'A': fabric_a} if fabric_a is not None else {}
        for name, objects in self.of.items():
            fabric = given.get(name) or _a_fabric(name)
            repository = fabric.git_repository
            resource = builders.a_resource(fabric, draft_spec={'x': 1}, name=called)
            # Saving the draft has put it into the outbox.
            entry = resource.outbox_entries.get()
            OutboxEntry.objects.update(state='failed')
            made = (
                repository, fabric, resource, entry,
                builders.an_operation(fabric, status='pending'),
                builders.a_pull_request(fabric), builders.a_checkpoint(fabric),
                builders.a_conflict(resource), builders.an_upload(fabric),
                builders.an_error(fabric), builders.a_policy(),
            )  # fmt: skip
            for each in made:
                objects[each._meta.model_name] = each
            group = builders.a_duplicate_group(fabric)
            objects['yamlduplicategroup'] = group
            objects['yamlduplicatefile'] = group.files.first()
            objects['VPC'] = resource
            for kind in KINDS.keys() - {'VPC'}:
                objects[kind] = builders.a_resource(fabric, kind=kind)
            objects['webhook'] = _webhook_of(fabric)

    def pk(self, model: str, name: str) -> Any:
        return self.of[name][model].pk

    def address(self, page: Page, name: str) -> str:
        """Where a page is, about the objects of A or B."""
        arguments = {}
        if 'pk' in page.arguments:
            arguments['pk'] = self.pk(model_of(page.name), name)
        if 'model' in page.arguments:
            arguments['model'] = 'hedgehogfabric'
        return reverse(f'plugins:netbox_hedgehog:{page.name}', kwargs=arguments)

    def constraints(self, model: type) -> dict[str, Any]:
        """What keeps a permission to the objects of A."""
        if model in (HedgehogFabric, GitRepository, ResolutionPolicy):
            return {'pk': self.pk(model._meta.model_name, 'A')}
        return {'fabric': self.pk('hedgehogfabric', 'A')}


def _a_fabric(name: str) -> HedgehogFabric:
    repository = builders.a_repository(
        url=f'https://127.0.0.1:9/{name}.git', authentication_type='none'
    )
    return builders.a_fabric(name=name, git_repository=repository, gitops_initialized=True)


def _webhook_of(fabric: HedgehogFabric) -> Webhook:
    """An outgoing webhook of the fabric, to an address where nobody answers."""
    webhook = Webhook.objects.create(name=fabric.name, payload_url='http://127.0.0.1:9/')
    rule = EventRule.objects.create(
        name=fabric.name,
        event_types=['object_updated'],
        conditions={'and': [{'attr': 'id', 'value': fabric.pk}]},
        action_type='webhook',
        action_object=webhook,
    )
    rule.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])
    return webhook
