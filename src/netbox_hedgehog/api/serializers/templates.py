"""What the actions of a fabric's templates take and answer."""

from typing import Any

from rest_framework import serializers

from ...sync.template_making import READY
from .actions import StrictSerializer

__all__ = [
    'MakeTemplateSerializer',
    'RenderTemplatesSerializer',
    'TemplatePreviewSerializer',
    'TemplateValidationSerializer',
    'TemplatesSerializer',
    'TryTemplatesSerializer',
]

MAX_TEXT = 100_000


class TemplateSerializer(serializers.Serializer):
    """A template. `variables` is null where it declares none and may use every name.

    `version` is its blob, `rendered_version` the one that made what is there; `made` counts that.
    """

    name = serializers.CharField()
    path = serializers.CharField()
    below = serializers.CharField()
    is_part = serializers.BooleanField()
    description = serializers.CharField()
    variables = serializers.ListField(child=serializers.DictField(), allow_null=True)
    queries = serializers.ListField(child=serializers.DictField())
    version = serializers.CharField()
    rendered_version = serializers.CharField()
    is_current = serializers.BooleanField()
    made = serializers.IntegerField()
    findings = serializers.ListField(child=serializers.DictField())


class TemplatesSerializer(serializers.Serializer):
    """Answer of `templates`."""

    commit = serializers.CharField()
    templates = TemplateSerializer(many=True)


class TryTemplatesSerializer(StrictSerializer):
    """Request of `templates/preview` and `templates/validate`; without options all are meant."""

    templates = serializers.ListField(
        child=serializers.CharField(max_length=1000),
        required=False,
        allow_empty=False,
        max_length=1000,
        help_text='Only these, by their names below templates/',
    )
    environment = serializers.RegexField(
        '^[A-Za-z0-9][A-Za-z0-9_.-]*$', required=False, help_text='Take vars/NAME.yaml as well'
    )
    variables = serializers.DictField(
        required=False, help_text="Over those of the fabric's template_context"
    )
    texts = serializers.DictField(
        child=serializers.CharField(max_length=MAX_TEXT, trim_whitespace=False, allow_blank=True),
        required=False,
        help_text='Texts by template, in the place of those in Git; rendering saves them too',
    )
    changed = serializers.ChoiceField(choices=['follow', 'hold'], default='follow')
    removed = serializers.ChoiceField(choices=['follow', 'hold'], default='follow')
    clash = serializers.ChoiceField(
        choices=['merge', 'ours', 'theirs'],
        default='merge',
        help_text='Who is right where a hand and a template changed the same: ours is the template',
    )
    to_commit = serializers.RegexField(
        '^[0-9a-f]{7,64}$', required=False, help_text='The templates as they were then'
    )
    allow_errors = serializers.BooleanField(
        default=False, help_text='Take over what a cluster would refuse, too'
    )
    expected_commit = serializers.RegexField(
        '^[0-9a-f]{40,64}$', required=False, help_text='Refuse if the branch has moved on'
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if 'texts' in data and 'to_commit' in data:
            message = 'A template has the text given, or the one it had then.'
            raise serializers.ValidationError({'to_commit': [message]})
        return data


class RenderTemplatesSerializer(TryTemplatesSerializer):
    """Request of `templates/render`."""

    commit = serializers.BooleanField(default=True, help_text='false: a preview')


class MakeTemplateSerializer(StrictSerializer):
    """Request of `templates/make`: of `resources`, or one of the `ready` ones."""

    name = serializers.CharField(
        max_length=1000, help_text='Where below templates/; ends in .yaml.j2'
    )
    resources = serializers.ListField(
        child=serializers.IntegerField(), required=False, allow_empty=False, max_length=100
    )
    variables = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text='Paths of fields by the variables that are to stand for them',
    )
    ready = serializers.ChoiceField(choices=READY, required=False)
    commit = serializers.BooleanField(default=True, help_text='false: a preview')

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ('resources' in data) == ('ready' in data):
            message = 'Give resources, or one of the ready templates.'
            raise serializers.ValidationError({'resources': [message]})
        if 'ready' in data and 'variables' in data:
            message = 'A ready template has its own variables.'
            raise serializers.ValidationError({'variables': [message]})
        return data


class TemplatePreviewSerializer(serializers.Serializer):
    """Answer of `templates/preview`: the plan, what becomes of the objects, and the YAML made.

    Its `netbox_data` is what NetBox answered, in the form `--netbox-data` of the command takes.
    """

    preview = serializers.DictField()


class TemplateValidationSerializer(serializers.Serializer):
    """Answer of `templates/validate`."""

    base_commit = serializers.CharField()
    valid = serializers.BooleanField()
    findings = serializers.ListField(child=serializers.DictField())
    conflicts = serializers.ListField(child=serializers.DictField())
    reports = serializers.ListField(child=serializers.DictField())
