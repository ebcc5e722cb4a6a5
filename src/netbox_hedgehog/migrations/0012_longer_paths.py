from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('netbox_hedgehog', '0011_standing_decisions')]

    operations = [
        migrations.AlterField(
            model_name='resourcesyncstate',
            name='managed_file_path',
            field=models.CharField(blank=True, db_index=True, max_length=1000),
        ),
        migrations.AddField(
            model_name='outboxentry',
            name='base_commit',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
    ]
