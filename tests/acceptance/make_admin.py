"""Run by `netbox shell -c`: makes the acceptance tests' users and prints the admin's token."""

import os

from users.choices import TokenVersionChoices
from users.models import Token, User

password = os.environ['HEDGEHOG_TEST_ADMIN_PASSWORD']
admin, _ = User.objects.get_or_create(
    username='admin',
    defaults={
        'is_superuser': True,
        'is_active': True,
        'first_name': 'Ada',
        'last_name': 'Admin',
        'email': 'ada@example.com',
    },
)
admin.set_password(password)
admin.save()
token = Token(user=admin, version=TokenVersionChoices.V2)
token.save()
print(token.get_auth_header_prefix().removeprefix('Bearer ') + token.token)
