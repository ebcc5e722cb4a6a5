"""Run by `netbox shell -c`: users who may listen to one fabric, or to nothing.

HEDGEHOG_TEST_FABRIC is the fabric the first of them may see.
"""

import os

from django.contrib.contenttypes.models import ContentType
from users.models import ObjectPermission, User

fabric = int(os.environ['HEDGEHOG_TEST_FABRIC'])
for name in ('listener', 'stranger'):
    user, _ = User.objects.get_or_create(username=name)
    user.set_password(f'{name}-Password-1')
    user.save()
listener = User.objects.get(username='listener')
for model, constraints in (
    ('hedgehogfabric', {'pk': fabric}),
    ('syncoperation', {'fabric': fabric}),
):
    permission, _ = ObjectPermission.objects.get_or_create(
        name=f'a listener: {model}', actions=['view'], constraints=constraints
    )
    types = ContentType.objects.filter(app_label='netbox_hedgehog', model=model)
    permission.object_types.set(types)
    permission.users.add(listener)
