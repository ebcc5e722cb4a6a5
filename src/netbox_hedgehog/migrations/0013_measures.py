from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('netbox_hedgehog', '0012_longer_paths')]

    operations = [
        migrations.AddField(
            model_name='syncoperation',
            name='memory_peak_bytes',
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='syncoperation',
            name='phase_seconds',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
