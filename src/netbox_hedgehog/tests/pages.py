"""What the page tests share: names of pages, permissions, and templates that may not guess."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

from core.models import ObjectType
from django.db.models import Model
from django.template.base import Node, Variable, VariableDoesNotExist
from django_rq import get_queue
from users.models import ObjectPermission, User
from utilities.rqworker import NetBoxRQWorker

__all__ = ['PluginUrls', 'a_waiting_worker', 'allow', 'strict_templates']


class PluginUrls:
    """Names a model's pages as a plugin's are named."""

    def _get_base_url(self) -> str:
        return f'plugins:{self.model._meta.app_label}:{self.model._meta.model_name}_{{}}'


def allow(user: User, model: type[Model], *actions: str, **constraints: Any) -> None:
    """Permits the actions, on the rows that meet the constraints only, where some are given."""
    permission = ObjectPermission.objects.create(
        name=f'{model._meta.model_name} {actions} {constraints}',
        actions=list(actions),
        constraints=constraints or None,
    )
    permission.object_types.add(ObjectType.objects.get_for_model(model))
    permission.users.add(user)
    for cached in ('_object_perm_cache',):
        user.__dict__.pop(cached, None)


@contextmanager
def a_waiting_worker() -> Iterator[None]:
    """A worker that says it is there, as RQ's own do; it never takes a job."""
    queue = get_queue('default')
    worker = NetBoxRQWorker([queue], connection=queue.connection, name=f'pages-{uuid4()}')
    worker.register_birth()
    try:
        yield
    finally:
        worker.register_death()


@contextmanager
def strict_templates() -> Iterator[list[str]]:
    """Collects every name that a template of the plugin reads and nobody gave it.

    Django shows nothing for such a name; here it is a mistake. NetBox's own templates may guess.
    """
    missing: list[str] = []
    origins: list[str] = []
    render, resolve = Node.render_annotated, Variable._resolve_lookup

    def render_annotated(self: Node, context: Any) -> str:
        origins.append(getattr(getattr(self, 'origin', None), 'template_name', None) or '')
        try:
            return render(self, context)
        finally:
            origins.pop()

    def resolve_lookup(self: Variable, context: Any) -> Any:
        try:
            return resolve(self, context)
        except VariableDoesNotExist:
            if origins and origins[-1].startswith('netbox_hedgehog/'):
                missing.append(f'{origins[-1]}: {self.var}')
            raise

    with (
        mock.patch.object(Node, 'render_annotated', render_annotated),
        mock.patch.object(Variable, '_resolve_lookup', resolve_lookup),
    ):
        yield missing
