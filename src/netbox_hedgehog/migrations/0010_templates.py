import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0009_duplicates'),
    ]

    operations = [
        migrations.AddField(
            model_name='hedgehogfabric',
            name='template_environment',
            field=models.CharField(
                blank=True,
                default='',
                max_length=100,
                validators=[
                    django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*$')
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='hedgehogfabric',
            name='template_change_mode',
            field=models.CharField(default='hold', max_length=30),
        ),
        migrations.AddField(
            model_name='hedgehogfabric',
            name='template_removal_mode',
            field=models.CharField(default='hold', max_length=30),
        ),
    ]
