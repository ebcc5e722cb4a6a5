import django.core.validators
import django.db.models.deletion
import netbox.models.deletion
import taggit.managers
import utilities.json
import uuid
from django.conf import settings
from django.db import migrations, models

# The rules of the two belong to the program, so a row says only which of them it is.
READY = (
    {
        'name': 'Default',
        'slug': 'default',
        'option_set': 'default',
        'loser_action': 'archive',
        'is_default': True,
        'description': 'Folders, then the part of the layout, file names and labels',
    },
    {
        'name': 'Five steps',
        'slug': 'issue16',
        'option_set': 'issue16',
        'loser_action': 'comment',
        'description': 'Same files: the best folder stays; different ones: managed, raw, oldest',
    },
)
CONTENT = ('option_set', 'rules', 'loser_action', 'max_deletions', 'max_moves')


def make_ready_policies(apps, schema_editor):
    policies = apps.get_model('netbox_hedgehog', 'ResolutionPolicy').objects
    versions = apps.get_model('netbox_hedgehog', 'ResolutionPolicyVersion').objects
    database = schema_editor.connection.alias
    for fields in READY:
        policy = policies.using(database).create(version=1, **fields)
        content = {name: getattr(policy, name) for name in CONTENT}
        versions.using(database).create(policy=policy, version=1, content=content)


class Migration(migrations.Migration):

    dependencies = [
        ('extras', '0134_owner'),
        ('netbox_hedgehog', '0008_untold'),
        ('users', '0015_owner'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ResolutionPolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('content', models.JSONField(default=dict)),
                ('user_name', models.CharField(blank=True, max_length=150)),
                ('message', models.CharField(blank=True, max_length=200)),
                ('created', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'policy version',
                'verbose_name_plural': 'policy versions',
                'ordering': ('policy', '-version'),
            },
        ),
        migrations.CreateModel(
            name='YAMLDuplicateFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('file_path', models.CharField(max_length=1000)),
                ('document_index', models.PositiveIntegerField(default=0)),
                ('item_index', models.PositiveIntegerField(blank=True, null=True)),
                ('line', models.PositiveIntegerField(blank=True, null=True)),
                ('area', models.CharField(blank=True, max_length=30)),
                ('file_hash', models.CharField(blank=True, max_length=64)),
                ('blob_id', models.CharField(blank=True, max_length=64)),
                ('priority_score', models.IntegerField(default=0)),
                ('resolution_action', models.CharField(default='none', max_length=30)),
                ('is_winner', models.BooleanField(default=False)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('original_text', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'duplicate file',
                'verbose_name_plural': 'duplicate files',
                'ordering': ('duplicate_group', '-is_winner', '-priority_score', 'file_path', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='YAMLDuplicateGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('group_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('identity', models.CharField(max_length=640)),
                ('comparison', models.CharField(max_length=30)),
                ('resolution_status', models.CharField(default='detected', max_length=30)),
                ('resolution_strategy', models.CharField(blank=True, max_length=30)),
                ('wait', models.CharField(blank=True, max_length=30)),
                ('rule', models.CharField(blank=True, max_length=100)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('differing_fields', models.JSONField(blank=True, default=list)),
                ('files_total', models.PositiveIntegerField(default=0)),
                ('state_token', models.CharField(blank=True, max_length=64)),
                ('policy_version', models.PositiveIntegerField(blank=True, null=True)),
                ('detection_timestamp', models.DateTimeField()),
                ('last_seen', models.DateTimeField()),
                ('scanned_commit', models.CharField(blank=True, max_length=64)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('notes', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'duplicate group',
                'verbose_name_plural': 'duplicate groups',
                'ordering': ('-detection_timestamp', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='BlobMeaning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('blob_id', models.CharField(max_length=64)),
                ('stamp', models.CharField(max_length=128)),
                ('row', models.JSONField()),
                ('fabric', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blob_meanings', to='netbox_hedgehog.hedgehogfabric')),
            ],
            options={
                'verbose_name': 'blob meaning',
                'verbose_name_plural': 'blob meanings',
            },
        ),
        migrations.CreateModel(
            name='DuplicateScan',
            fields=[
                ('fabric', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='duplicate_scan', serialize=False, to='netbox_hedgehog.hedgehogfabric')),
                ('commit', models.CharField(blank=True, max_length=64)),
                ('files', models.PositiveIntegerField(blank=True, null=True)),
                ('files_parsed', models.PositiveIntegerField(blank=True, null=True)),
                ('objects_total', models.PositiveIntegerField(blank=True, null=True)),
                ('seconds', models.FloatField(blank=True, null=True)),
                ('policy_name', models.CharField(blank=True, max_length=200)),
                ('near_misses', models.JSONField(blank=True, default=list)),
                ('near_misses_total', models.PositiveIntegerField(default=0)),
                ('findings', models.JSONField(blank=True, default=list)),
                ('sync_operation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='netbox_hedgehog.syncoperation')),
            ],
            options={
                'verbose_name': 'duplicate scan',
                'verbose_name_plural': 'duplicate scans',
            },
        ),
        migrations.CreateModel(
            name='ResolutionPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('created', models.DateTimeField(auto_now_add=True, null=True)),
                ('last_updated', models.DateTimeField(auto_now=True, null=True)),
                ('custom_field_data', models.JSONField(blank=True, default=dict, encoder=utilities.json.CustomFieldJSONEncoder)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('comments', models.TextField(blank=True)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('slug', models.SlugField(blank=True, max_length=100, unique=True)),
                ('option_set', models.CharField(default='default', max_length=30)),
                ('rules', models.JSONField(blank=True, default=list)),
                ('loser_action', models.CharField(default='archive', max_length=30)),
                ('max_deletions', models.PositiveIntegerField(default=100)),
                ('max_moves', models.PositiveIntegerField(default=200)),
                ('version', models.PositiveIntegerField(default=0, editable=False, validators=[django.core.validators.MinValueValidator(0)])),
                ('is_default', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.owner')),
                ('tags', taggit.managers.TaggableManager(through='extras.TaggedItem', to='extras.Tag')),
            ],
            options={
                'verbose_name': 'resolution policy',
                'verbose_name_plural': 'resolution policies',
                'ordering': ('name',),
                'permissions': [('restore', 'Restore an earlier version')],
            },
            bases=(netbox.models.deletion.DeleteMixin, models.Model),
        ),
        migrations.AddField(
            model_name='hedgehogfabric',
            name='resolution_policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='fabrics', to='netbox_hedgehog.resolutionpolicy'),
        ),
        migrations.AddConstraint(
            model_name='hedgehogfabric',
            constraint=models.CheckConstraint(condition=models.Q(('duplicate_scan_interval', 0), ('duplicate_scan_interval__gte', 60), _connector='OR'), name='hh_fabric_scan_interval', violation_error_message='The scan interval is 0 or at least 60 seconds.'),
        ),
        migrations.AddField(
            model_name='resolutionpolicyversion',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='netbox_hedgehog.resolutionpolicy'),
        ),
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='detected_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='detected_duplicates', to='netbox_hedgehog.syncoperation'),
        ),
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='fabric',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duplicate_groups', to='netbox_hedgehog.hedgehogfabric'),
        ),
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicate_groups', to='netbox_hedgehog.resolutionpolicy'),
        ),
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='resolved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='resolved_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='resolved_duplicates', to='netbox_hedgehog.syncoperation'),
        ),
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='winner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='netbox_hedgehog.yamlduplicatefile'),
        ),
        migrations.AddField(
            model_name='yamlduplicatefile',
            name='duplicate_group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='netbox_hedgehog.yamlduplicategroup'),
        ),
        migrations.AddConstraint(
            model_name='blobmeaning',
            constraint=models.UniqueConstraint(fields=('fabric', 'blob_id'), name='hh_blob_meaning_unique'),
        ),
        migrations.AddConstraint(
            model_name='resolutionpolicy',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='hh_policy_one_default', violation_error_message='Another policy is the default.'),
        ),
        migrations.AddConstraint(
            model_name='resolutionpolicyversion',
            constraint=models.UniqueConstraint(fields=('policy', 'version'), name='hh_policy_version_unique'),
        ),
        migrations.AddIndex(
            model_name='yamlduplicategroup',
            index=models.Index(fields=['-detection_timestamp', '-id'], name='hh_duplicate_detected'),
        ),
        migrations.AddIndex(
            model_name='yamlduplicategroup',
            index=models.Index(fields=['fabric', 'resolution_status'], name='hh_duplicate_fabric'),
        ),
        migrations.AddConstraint(
            model_name='yamlduplicategroup',
            constraint=models.UniqueConstraint(fields=('fabric', 'identity'), name='hh_duplicate_group_unique'),
        ),
        migrations.AddIndex(
            model_name='yamlduplicatefile',
            index=models.Index(fields=['file_path'], name='hh_duplicate_file_path'),
        ),
        migrations.AddConstraint(
            model_name='yamlduplicatefile',
            constraint=models.UniqueConstraint(fields=('duplicate_group', 'file_path', 'document_index', 'item_index'), name='hh_duplicate_file_place', nulls_distinct=False),
        ),
        migrations.RunPython(make_ready_policies, migrations.RunPython.noop),
    ]
