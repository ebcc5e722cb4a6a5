from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0010_templates'),
    ]

    operations = [
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='content_token',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='yamlduplicategroup',
            name='decided_before',
            field=models.BooleanField(default=False),
        ),
    ]
