import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0003_conflict_provenance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PullRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=30)),
                ('title', models.CharField(max_length=255)),
                ('body', models.TextField(blank=True)),
                ('branch', models.CharField(max_length=255)),
                ('base_branch', models.CharField(max_length=255)),
                ('number', models.PositiveIntegerField(blank=True, null=True)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('state', models.CharField(default='preparing', max_length=30)),
                ('close_requested', models.BooleanField(default=False)),
                ('head_commit', models.CharField(blank=True, max_length=64)),
                ('base_commit', models.CharField(blank=True, max_length=64)),
                ('merge_commit', models.CharField(blank=True, max_length=64)),
                ('user_name', models.CharField(blank=True, max_length=150)),
                ('reason', models.TextField(blank=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('fabric', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pull_requests', to='netbox_hedgehog.hedgehogfabric')),
                ('git_repository', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pull_requests', to='netbox_hedgehog.gitrepository')),
                ('sync_operation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pull_requests', to='netbox_hedgehog.syncoperation')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'pull request',
                'verbose_name_plural': 'pull requests',
                'ordering': ('-created', '-pk'),
                'permissions': [('merge', 'Merge a pull request in NetBox'), ('close', 'Close a pull request')],
            },
        ),
        migrations.AddField(
            model_name='outboxentry',
            name='pull_request',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='outbox_entries', to='netbox_hedgehog.pullrequest'),
        ),
        migrations.AddField(
            model_name='rawupload',
            name='pull_request',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to='netbox_hedgehog.pullrequest'),
        ),
        migrations.AddIndex(
            model_name='pullrequest',
            index=models.Index(fields=['-created', '-id'], name='hh_pr_created'),
        ),
        migrations.AddIndex(
            model_name='pullrequest',
            index=models.Index(fields=['fabric', 'state'], name='hh_pr_fabric_state'),
        ),
        migrations.AddConstraint(
            model_name='pullrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('preparing', 'open'))), fields=('fabric', 'branch'), name='hh_pull_request_one_open'),
        ),
        migrations.AddField(
            model_name='fabricsyncstate',
            name='read_anew',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterModelOptions(
            name='outboxentry',
            options={
                'ordering': ('created', 'pk'),
                'permissions': [
                    ('retry', 'Try a failed edit again'),
                    ('discard', 'Take an edit back'),
                ],
                'verbose_name': 'outbox entry',
                'verbose_name_plural': 'outbox entries',
            },
        ),
    ]
