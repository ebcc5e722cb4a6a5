import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('netbox_hedgehog', '0005_checkpoints'),
    ]

    operations = [
        migrations.CreateModel(
            name='ErrorRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=100)),
                ('fingerprint', models.CharField(editable=False, max_length=64)),
                ('path', models.CharField(blank=True, max_length=1000)),
                ('line', models.PositiveIntegerField(blank=True, null=True)),
                ('resource_key', models.CharField(blank=True, max_length=1000)),
                ('message', models.TextField()),
                ('occurrences', models.PositiveIntegerField(default=1)),
                ('first_seen', models.DateTimeField()),
                ('last_seen', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                (
                    'fabric',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name='error_records',
                        to='netbox_hedgehog.hedgehogfabric',
                    ),
                ),
                (
                    'operation',
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name='error_records',
                        to='netbox_hedgehog.syncoperation',
                    ),
                ),
            ],
            options={
                'verbose_name': 'error',
                'verbose_name_plural': 'errors',
                'ordering': ('-last_seen', '-pk'),
                'indexes': [
                    models.Index(fields=['-last_seen', '-id'], name='hh_error_last_seen'),
                    models.Index(fields=['reason'], name='hh_error_reason'),
                    models.Index(fields=['resolved_at'], name='hh_error_resolved'),
                ],
                'constraints': [
                    models.UniqueConstraint(
                        condition=models.Q(('resolved_at__isnull', True)),
                        fields=('fabric', 'fingerprint'),
                        name='hh_error_open_once',
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name='HealthAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=30)),
                ('message', models.TextField()),
                ('value', models.FloatField()),
                ('threshold', models.FloatField()),
                ('raised_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(blank=True, null=True)),
                (
                    'fabric',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name='alerts',
                        to='netbox_hedgehog.hedgehogfabric',
                    ),
                ),
            ],
            options={
                'verbose_name': 'alert',
                'verbose_name_plural': 'alerts',
                'ordering': ('-raised_at', '-pk'),
                'constraints': [
                    models.UniqueConstraint(
                        condition=models.Q(('cleared_at__isnull', True)),
                        fields=('fabric', 'name'),
                        name='hh_alert_raised_once',
                    )
                ],
            },
        ),
    ]
