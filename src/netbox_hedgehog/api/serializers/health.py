"""Answers about health and analytics of a fabric; null is what nobody has measured."""

from rest_framework import serializers

__all__ = ['SyncAnalyticsSerializer', 'SyncHealthSerializer']


def _number(**options: object) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, **options)


def _count(**options: object) -> serializers.IntegerField:
    return serializers.IntegerField(**options)


class _OperationsHealthSerializer(serializers.Serializer):
    total_operations_24h = _count()
    successful_operations_24h = _count()
    failed_operations_24h = _count()
    success_rate_24h = _number()
    average_duration_seconds = _number()
    last_successful_sync = serializers.DateTimeField(allow_null=True)


class _ResourcesHealthSerializer(serializers.Serializer):
    total = _count()
    synced = _count()
    with_conflicts = _count()
    with_errors = _count()
    sync_coverage = _number()


class _ConflictsHealthSerializer(serializers.Serializer):
    active = _count()
    resolved_24h = _count()
    average_resolution_time_seconds = _number()
    auto_resolution_rate = _number()


class _IntegrationHealthSerializer(serializers.Serializer):
    api_calls_24h = _count(allow_null=True)
    git_commands_24h = _count(allow_null=True)
    rate_limit_remaining = _count(allow_null=True)
    rate_limit_usage = _number()
    connection_healthy = serializers.BooleanField(allow_null=True)
    last_api_error = serializers.CharField(allow_null=True)


class _PerformanceHealthSerializer(serializers.Serializer):
    average_sync_time_seconds = _number()
    resources_per_second = _number()
    api_calls_per_sync = _number()
    git_commands_per_sync = _number()
    memory_usage_trend = _number()


class _MetricsHealthSerializer(serializers.Serializer):
    sync_operations = _OperationsHealthSerializer()
    resources = _ResourcesHealthSerializer()
    conflicts = _ConflictsHealthSerializer()
    github_integration = _IntegrationHealthSerializer()
    performance = _PerformanceHealthSerializer()


class _ScoreInputSerializer(serializers.Serializer):
    name = serializers.CharField()
    weight = _count()
    value = _number(help_text='A share from 0 to 1')


class _AlertSerializer(serializers.Serializer):
    name = serializers.CharField()
    level = serializers.CharField()
    message = serializers.CharField()
    action_required = serializers.CharField()
    alert_url = serializers.CharField()
    raised_at = serializers.DateTimeField()
    value = serializers.FloatField()
    threshold = serializers.FloatField()


class SyncHealthSerializer(serializers.Serializer):
    """Answer of `sync-health/`."""

    overall_health_score = _count(allow_null=True)
    health_status = serializers.ChoiceField(choices=['healthy', 'degraded', 'unhealthy', 'unknown'])
    score_inputs = _ScoreInputSerializer(many=True)
    last_updated = serializers.DateTimeField()
    metrics = _MetricsHealthSerializer()
    alerts = _AlertSerializer(many=True)
    recommendations = serializers.ListField(child=serializers.CharField())


class _SummarySerializer(serializers.Serializer):
    total_operations = _count()
    success_rate = _number()
    average_duration_seconds = _number()
    total_resources_synced = _count()
    total_conflicts_resolved = _count()


class _VolumeSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    total = _count()
    successful = _count()
    failed = _count()


class _SpeedSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    average_duration_seconds = _number()
    resources_processed = _count()


class _TrendsSerializer(serializers.Serializer):
    sync_volume = _VolumeSerializer(many=True, required=False)
    performance = _SpeedSerializer(many=True, required=False)


class _TypeSerializer(serializers.Serializer):
    operation_type = serializers.CharField()
    total = _count()
    successful = _count()
    failed = _count()
    average_duration_seconds = _number()


class _KindSerializer(serializers.Serializer):
    kind = serializers.CharField()
    synced = _count()
    conflicts = _count()
    errors = _count()


class _BreakdownSerializer(serializers.Serializer):
    by_operation_type = _TypeSerializer(many=True)
    by_resource_kind = _KindSerializer(many=True, help_text='As the objects stand now')


class SyncAnalyticsSerializer(serializers.Serializer):
    """Answer of `sync-analytics/`."""

    period = serializers.CharField()
    group_by = serializers.CharField()
    generated_at = serializers.DateTimeField()
    summary = _SummarySerializer()
    trends = _TrendsSerializer()
    breakdown = _BreakdownSerializer()
