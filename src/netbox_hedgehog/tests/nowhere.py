"""A mail server that is away."""

from django.core.mail.backends.base import BaseEmailBackend

__all__ = ['Backend']


class Backend(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise ConnectionRefusedError('nobody listens')
