"""Git repositories as JSON. A credential goes in and never comes out."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from netbox.api.fields import ChoiceField, RelatedObjectCountField
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers

from ... import choices
from ...models import GitRepository
from ...sync.credentials import NeedsPerson, seal

__all__ = ['GitRepositorySerializer', 'RepositoryStatusSerializer']

# What each way of signing in cannot do without.
REQUIRED_PARTS = {
    choices.AuthenticationTypeChoices.TOKEN: ('token',),
    choices.AuthenticationTypeChoices.BASIC: ('username', 'password'),
    choices.AuthenticationTypeChoices.SSH_KEY: ('private_key', 'known_hosts'),
    choices.AuthenticationTypeChoices.GITHUB_APP: ('app_id', 'installation_id', 'private_key'),
}


class CredentialSerializer(serializers.Serializer):
    """The parts of a credential; which are needed depends on the authentication type."""

    username = serializers.CharField(required=False, write_only=True, max_length=255)
    password = serializers.CharField(required=False, write_only=True, trim_whitespace=False)
    token = serializers.CharField(required=False, write_only=True)
    private_key = serializers.CharField(required=False, write_only=True, trim_whitespace=False)
    known_hosts = serializers.CharField(required=False, write_only=True, trim_whitespace=False)
    app_id = serializers.CharField(required=False, write_only=True, max_length=255)
    installation_id = serializers.CharField(required=False, write_only=True, max_length=255)


class GitRepositorySerializer(PrimaryModelSerializer):
    """A Git repository with what was last seen of it."""

    # `url` is NetBox's word for the address of the row itself.
    remote_url = serializers.CharField(source='url', max_length=500)
    provider = ChoiceField(choices=choices.GitProviderChoices, required=False)
    authentication_type = ChoiceField(choices=choices.AuthenticationTypeChoices, required=False)
    credential_source = ChoiceField(choices=choices.CredentialSourceChoices, required=False)
    write_through = ChoiceField(choices=choices.WriteThroughChoices, required=False)
    credential = CredentialSerializer(write_only=True, required=False, allow_null=True)
    has_credential = serializers.BooleanField(read_only=True)
    webhook_url = serializers.HyperlinkedIdentityField(
        view_name='plugins-api:netbox_hedgehog-api:webhook',
        lookup_field='uuid',
        lookup_url_kwarg='repository',
    )
    has_webhook_secret = serializers.BooleanField(read_only=True)
    webhook_delivered = serializers.DateTimeField(
        source='state.webhook_delivered', read_only=True, allow_null=True
    )
    webhook_outcome = serializers.CharField(source='state.webhook_outcome', read_only=True)
    connection_status = ChoiceField(
        choices=choices.ConnectionStatusChoices, source='state.connection_status', read_only=True
    )
    circuit_state = ChoiceField(
        choices=choices.CircuitStateChoices, source='state.circuit_state', read_only=True
    )
    last_validated = serializers.DateTimeField(
        source='state.last_validated', read_only=True, allow_null=True
    )
    validation_error = serializers.CharField(source='state.validation_error', read_only=True)
    head_commit = serializers.CharField(source='state.head_commit', read_only=True)
    last_fetched = serializers.DateTimeField(
        source='state.last_fetched', read_only=True, allow_null=True
    )
    rate_limit_remaining = serializers.IntegerField(
        source='state.rate_limit_remaining', read_only=True, allow_null=True
    )
    rate_limit_reset = serializers.DateTimeField(
        source='state.rate_limit_reset', read_only=True, allow_null=True
    )
    fabric_count = RelatedObjectCountField('fabrics')

    class Meta:
        model = GitRepository
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'name',
            'remote_url',
            'provider',
            'authentication_type',
            'credential_source',
            'credential_reference',
            'credential',
            'has_credential',
            'default_branch',
            'write_through',
            'report_findings',
            'commit_author_name',
            'commit_author_email',
            'is_private',
            'validate_ssl',
            'timeout_seconds',
            'enabled',
            'uuid',
            'connection_status',
            'circuit_state',
            'last_validated',
            'validation_error',
            'head_commit',
            'last_fetched',
            'rate_limit_remaining',
            'rate_limit_reset',
            'webhook_url',
            'has_webhook_secret',
            'webhook_delivered',
            'webhook_outcome',
            'fabric_count',
            'description',
            'owner',
            'comments',
            'tags',
            'custom_fields',
            'created',
            'last_updated',
        ]
        brief_fields = ('id', 'url', 'display', 'name', 'description')

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.nested:
            return super().validate(data)
        given = 'credential' in data
        credential = data.pop('credential', None)
        try:
            data = super().validate(data)
        except DjangoValidationError as error:
            raise _under_our_names(error) from error
        if given:
            data.update(self._sealed(data, credential))
        return data

    def _sealed(self, data: dict[str, Any], credential: dict[str, str] | None) -> dict[str, Any]:
        if credential is None:
            return {'encrypted_credentials': ''}
        self._check_parts(data, credential)
        repository = self.instance or GitRepository(uuid=uuid.uuid4())
        try:
            sealed = seal(repository, credential)
        except NeedsPerson as error:
            raise serializers.ValidationError({'credential': [str(error)]}) from error
        # The envelope holds the uuid, so a new row must get the one it was sealed for.
        return {'encrypted_credentials': sealed, 'uuid': repository.uuid}

    def _check_parts(self, data: dict[str, Any], credential: dict[str, str]) -> None:
        known = self.instance or GitRepository()
        source = data.get('credential_source', known.credential_source)
        if source != choices.CredentialSourceChoices.ENCRYPTED:
            raise serializers.ValidationError(
                {'credential': ['Only with credential_source "encrypted" NetBox keeps one.']}
            )
        kind = data.get('authentication_type', known.authentication_type)
        if kind not in REQUIRED_PARTS:
            raise serializers.ValidationError(
                {'credential': [f'Authentication "{kind}" takes no credential.']}
            )
        missing = [part for part in REQUIRED_PARTS[kind] if not credential.get(part)]
        if missing:
            raise serializers.ValidationError(
                {'credential': {part: ['This field is required.'] for part in missing}}
            )


def _under_our_names(error: DjangoValidationError) -> DjangoValidationError:
    if not hasattr(error, 'error_dict'):
        return error
    return DjangoValidationError(
        {'remote_url' if name == 'url' else name: what for name, what in error.error_dict.items()}
    )


class RepositoryFabricSerializer(serializers.Serializer):
    """How a fabric stands against its branch; null: not known on this machine."""

    fabric = serializers.IntegerField()
    name = serializers.CharField()
    branch = serializers.CharField()
    synced_commit = serializers.CharField(allow_null=True)
    head_commit = serializers.CharField(allow_null=True)
    behind = serializers.IntegerField(
        allow_null=True, help_text='Commits of the branch that NetBox has not read'
    )


class RepositoryStatusSerializer(serializers.Serializer):
    """Answer of `status`: what the last contacts have shown."""

    connection_status = serializers.ChoiceField(choices=choices.ConnectionStatusChoices)
    connection_error = serializers.CharField(allow_null=True)
    default_branch = serializers.CharField()
    head_commit = serializers.CharField(allow_null=True)
    last_validated = serializers.DateTimeField(allow_null=True)
    last_fetched = serializers.DateTimeField(allow_null=True)
    circuit_state = serializers.ChoiceField(choices=choices.CircuitStateChoices)
    rate_limit_remaining = serializers.IntegerField(allow_null=True)
    rate_limit_reset = serializers.DateTimeField(allow_null=True)
    fabrics = RepositoryFabricSerializer(many=True)
