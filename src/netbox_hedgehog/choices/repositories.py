"""How a Git repository is reached, and how that went."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = [
    'AuthenticationTypeChoices',
    'CircuitStateChoices',
    'ConnectionStatusChoices',
    'CredentialSourceChoices',
    'GitProviderChoices',
    'WriteThroughChoices',
]


class GitProviderChoices(ChoiceSet):
    GITHUB = 'github'
    GITLAB = 'gitlab'
    BITBUCKET = 'bitbucket'
    AZURE = 'azure'
    GITEA = 'gitea'
    GENERIC = 'generic'

    CHOICES = [
        Choice(GITHUB, 'GitHub'),
        Choice(GITLAB, 'GitLab'),
        Choice(BITBUCKET, 'Bitbucket'),
        Choice(AZURE, 'Azure DevOps'),
        Choice(GITEA, 'Gitea'),
        Choice(GENERIC, _('Any Git server')),
    ]


class AuthenticationTypeChoices(ChoiceSet):
    TOKEN = 'token'  # noqa: S105
    BASIC = 'basic'
    SSH_KEY = 'ssh_key'
    GITHUB_APP = 'github_app'
    NONE = 'none'

    CHOICES = [
        Choice(TOKEN, _('Token')),
        Choice(BASIC, _('User name and password')),
        Choice(SSH_KEY, _('SSH key')),
        Choice(GITHUB_APP, _('GitHub App')),
        Choice(NONE, _('None (public repository)')),
    ]


class CredentialSourceChoices(ChoiceSet):
    ENV = 'env'
    FILE = 'file'
    CONFIG = 'config'
    ENCRYPTED = 'encrypted'

    CHOICES = [
        Choice(ENCRYPTED, _('Encrypted in NetBox')),
        Choice(ENV, _('Environment variable')),
        Choice(FILE, _('File')),
        Choice(CONFIG, _('NetBox configuration')),
    ]


class WriteThroughChoices(ChoiceSet):
    GIT = 'git'
    GITHUB_API = 'github_api'

    CHOICES = [
        Choice(GIT, 'Git'),
        Choice(GITHUB_API, _('GitHub API')),
    ]


class ConnectionStatusChoices(ChoiceSet):
    PENDING = 'pending'
    TESTING = 'testing'
    CONNECTED = 'connected'
    FAILED = 'failed'

    CHOICES = [
        Choice(PENDING, _('Not tested'), color='gray'),
        Choice(TESTING, _('Testing'), color='blue'),
        Choice(CONNECTED, _('Connected'), color='green'),
        Choice(FAILED, _('Failed'), color='red'),
    ]


class CircuitStateChoices(ChoiceSet):
    CLOSED = 'closed'
    OPEN = 'open'
    HALF_OPEN = 'half_open'

    CHOICES = [
        Choice(CLOSED, _('Closed'), color='green'),
        Choice(OPEN, _('Open'), color='red'),
        Choice(HALF_OPEN, _('Half open'), color='yellow'),
    ]
