from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0002_uploads_and_webhooks'),
    ]

    operations = [
        migrations.AddField(
            model_name='conflictresolution',
            name='provenance',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
