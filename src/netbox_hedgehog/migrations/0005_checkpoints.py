import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0004_pull_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='syncoperation',
            name='payload',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                (
                    'checkpoint_id',
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ('name', models.CharField(max_length=200)),
                ('reason', models.CharField(default='manual', max_length=30)),
                ('commit', models.CharField(max_length=64)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('snapshot', models.JSONField(blank=True, default=dict)),
                ('files', models.JSONField(blank=True, default=list)),
                ('files_total', models.PositiveIntegerField(default=0)),
                ('copies', models.BooleanField(default=False)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('user_name', models.CharField(blank=True, max_length=150)),
                (
                    'created_by',
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name='+',
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    'fabric',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name='checkpoints',
                        to='netbox_hedgehog.hedgehogfabric',
                    ),
                ),
                (
                    'sync_operation',
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name='checkpoints',
                        to='netbox_hedgehog.syncoperation',
                    ),
                ),
            ],
            options={
                'verbose_name': 'checkpoint',
                'verbose_name_plural': 'checkpoints',
                'ordering': ('-created', '-pk'),
                'indexes': [
                    models.Index(fields=['-created', '-id'], name='hh_checkpoint_created'),
                    models.Index(fields=['fabric', '-created'], name='hh_checkpoint_fabric'),
                ],
            },
        ),
    ]
