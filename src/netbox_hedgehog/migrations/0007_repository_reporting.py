from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0006_running'),
    ]

    operations = [
        migrations.AddField(
            model_name='gitrepository',
            name='report_findings',
            field=models.BooleanField(default=False),
        ),
    ]
