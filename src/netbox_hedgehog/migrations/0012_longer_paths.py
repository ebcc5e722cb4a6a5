from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('netbox_hedgehog', '0011_standing_decisions')]

    operations = [
        migrations.AlterField(
            model_name='resourcesyncstate',
            name='managed_file_path',
            field=models.CharField(blank=True, db_index=True, max_length=1000),
        ),
    ]
