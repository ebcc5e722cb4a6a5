"""Run by `netbox shell -c`: makes a user who may only look, and prints the token."""

from django.contrib.contenttypes.models import ContentType
from users.choices import TokenVersionChoices
from users.models import ObjectPermission, Token, User

reader, _ = User.objects.get_or_create(username='reader', defaults={'is_active': True})
permission, _ = ObjectPermission.objects.get_or_create(name='look only', actions=['view'])
permission.object_types.set(ContentType.objects.filter(app_label='netbox_hedgehog'))
permission.users.add(reader)
token = Token(user=reader, version=TokenVersionChoices.V2)
token.save()
print(token.get_auth_header_prefix().removeprefix('Bearer ') + token.token)
