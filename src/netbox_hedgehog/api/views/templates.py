"""A fabric's templates over REST: listed, tried without a trace, and rendered by one commit."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ... import jobs
from ...choices import TriggerTypeChoices
from ...models import HedgehogFabric, HedgehogResource
from ...sync.template_making import proposed_text, refuse_taken
from ...sync.templates import templates_of
from .. import permissions, serializers
from .actions import accepted, require_worker, valid
from .versions import told

__all__ = ['TemplateActions']

REFUSED = dict.fromkeys((400, 403, 404, 409, 422, 503), serializers.ErrorSerializer)


class TemplateActions:
    """The actions of `fabrics/{id}/templates/`. Trying a template needs what rendering needs."""

    template_permissions = {
        'templates': permissions.StatusFabricPermission,
        **dict.fromkeys(
            ('template_preview', 'template_validate', 'template_render', 'template_make'),
            permissions.PushFabricPermission,
        ),
    }

    @extend_schema(responses={**REFUSED, 200: serializers.TemplatesSerializer})
    @action(detail=True, methods=['get'], url_path='templates')
    def templates(self, request: Request, pk: int) -> Response:
        """Every template: its variables, its version, and how much it made last."""
        fabric = self.permitted_object(pk, 'view')
        with told():
            return Response(templates_of(fabric).listing())

    @extend_schema(
        request=serializers.TryTemplatesSerializer,
        responses={**REFUSED, 200: serializers.TemplatePreviewSerializer},
    )
    @action(detail=True, methods=['post'], url_path='templates/preview')
    def template_preview(self, request: Request, pk: int) -> Response:
        """The YAML the templates make, and the difference rendering would make. Writes nothing."""
        fabric = self._configured(pk, 'push')
        return _preview(fabric, valid(serializers.TryTemplatesSerializer, request), request.user)

    @extend_schema(
        request=serializers.TryTemplatesSerializer,
        responses={**REFUSED, 200: serializers.TemplateValidationSerializer},
    )
    @action(detail=True, methods=['post'], url_path='templates/validate')
    def template_validate(self, request: Request, pk: int) -> Response:
        """What is wrong with the templates, and with the whole folder as they would leave it."""
        fabric = self._configured(pk, 'push')
        asked = valid(serializers.TryTemplatesSerializer, request)
        texts = asked.pop('texts', {})
        with told():
            return Response(templates_of(fabric).validation(asked, texts, request.user))

    @extend_schema(
        request=serializers.RenderTemplatesSerializer,
        responses={
            **REFUSED,
            200: serializers.TemplatePreviewSerializer,
            202: serializers.AcceptedSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='templates/render')
    def template_render(self, request: Request, pk: int) -> Response:
        """Makes the fabric say what its templates say: one commit, which can be undone."""
        fabric = self._configured(pk, 'push')
        asked = valid(serializers.RenderTemplatesSerializer, request)
        if not asked.pop('commit'):
            return _preview(fabric, asked, request.user)
        require_worker()
        texts = asked.pop('texts', {})
        job, operation = jobs.enqueue_render(
            fabric, asked, request.user, TriggerTypeChoices.API, request.id, texts
        )
        return accepted(request, job, operation)

    @extend_schema(
        request=serializers.MakeTemplateSerializer,
        responses={
            **REFUSED,
            200: serializers.TemplatePreviewSerializer,
            202: serializers.AcceptedSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='templates/make')
    def template_make(self, request: Request, pk: int) -> Response:
        """Makes a template of resources, or of one that ships, and renders it: one commit."""
        fabric = self._configured(pk, 'push')
        asked = valid(serializers.MakeTemplateSerializer, request)
        resources = _resources(fabric, asked.get('resources', []), request.user)
        name, ready = asked['name'].removeprefix('templates/'), asked.get('ready', '')
        with told():
            found = templates_of(fabric)
            refuse_taken(found, name)
            text = proposed_text(found, resources, asked.get('variables', {}), ready)
            options = {'templates': [name], 'expected_versions': {name: ''}}
            if not asked['commit']:
                shown = found.preview(options, {name: text}, request.user)
                return Response({'preview': {**shown, 'text': text}})
        require_worker()
        job, operation = jobs.enqueue_render(
            fabric, options, request.user, TriggerTypeChoices.API, request.id, {name: text}
        )
        return accepted(request, job, operation)


def _resources(fabric: HedgehogFabric, wanted: list[int], user: Any) -> list[HedgehogResource]:
    rows = fabric.resources.restrict(user, 'view').select_related('fabric', 'sync_state')
    found = {each.pk: each for each in rows.filter(pk__in=wanted)}
    if missing := [pk for pk in wanted if pk not in found]:
        message = f'There is no resource {missing[0]} in this fabric that you may view.'
        raise ValidationError({'resources': [message]})
    return [found[pk] for pk in dict.fromkeys(wanted)]


def _preview(fabric: HedgehogFabric, asked: dict[str, Any], user: Any) -> Response:
    texts = asked.pop('texts', {})
    with told():
        return Response({'preview': templates_of(fabric).preview(asked, texts, user)})
