from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0007_repository_reporting'),
    ]

    operations = [
        migrations.AddField(
            model_name='syncoperation',
            name='untold',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='syncoperation',
            index=models.Index(
                condition=models.Q(('untold__isnull', False)),
                fields=['fabric'],
                name='hh_op_untold',
            ),
        ),
    ]
