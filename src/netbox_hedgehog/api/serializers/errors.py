"""Recorded errors and their statistics as JSON."""

from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers

from ...models import ErrorRecord
from ...sync.reasons import nature_of
from .fabrics import HedgehogFabricSerializer
from .records import SyncOperationSerializer

__all__ = ['ErrorRecordSerializer', 'ErrorStatisticsSerializer']


class ErrorRecordSerializer(BaseModelSerializer):
    """One error, and what it is: category, severity and recovery follow from the reason."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True)
    operation = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    category = serializers.SerializerMethodField()
    severity = serializers.SerializerMethodField()
    recovery = serializers.SerializerMethodField()
    open = serializers.BooleanField(read_only=True)

    class Meta:
        model = ErrorRecord
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'fabric',
            'operation',
            'reason',
            'category',
            'severity',
            'recovery',
            'path',
            'line',
            'resource_key',
            'message',
            'occurrences',
            'open',
            'first_seen',
            'last_seen',
            'resolved_at',
        ]
        brief_fields = ('id', 'url', 'display', 'reason', 'path', 'open')
        read_only_fields = fields

    def get_category(self, record: ErrorRecord) -> str:
        return str(nature_of(record.reason).category)

    def get_severity(self, record: ErrorRecord) -> str:
        return str(nature_of(record.reason).gravity)

    def get_recovery(self, record: ErrorRecord) -> str:
        return str(nature_of(record.reason).recovery)


class _CountSerializer(serializers.Serializer):
    errors = serializers.IntegerField(help_text='Met in the window')
    new = serializers.IntegerField(help_text='Met for the first time in the window')
    open = serializers.IntegerField(help_text='Of those met, still open')


class ReasonCountSerializer(_CountSerializer):
    reason = serializers.CharField()
    category = serializers.CharField()
    severity = serializers.CharField()
    recovery = serializers.CharField()


class PathCountSerializer(_CountSerializer):
    path = serializers.CharField()


class FabricCountSerializer(_CountSerializer):
    fabric = serializers.IntegerField()
    name = serializers.CharField()


class WordCountSerializer(_CountSerializer):
    word = serializers.CharField()


class TrendPointSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    new = serializers.IntegerField()
    resolved = serializers.IntegerField()


class ErrorStatisticsSerializer(serializers.Serializer):
    """Answer of `errors/statistics/`."""

    window = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    errors = serializers.IntegerField()
    new = serializers.IntegerField()
    resolved = serializers.IntegerField()
    open = serializers.IntegerField()
    new_before = serializers.IntegerField(help_text='New ones in the window before this one')
    change = serializers.IntegerField(help_text='new - new_before')
    operations = serializers.IntegerField()
    operations_failed = serializers.IntegerField()
    by_reason = ReasonCountSerializer(many=True)
    by_category = WordCountSerializer(many=True)
    by_severity = WordCountSerializer(many=True)
    by_recovery = WordCountSerializer(many=True)
    by_path = PathCountSerializer(many=True)
    by_fabric = FabricCountSerializer(many=True)
    trend = TrendPointSerializer(many=True)
