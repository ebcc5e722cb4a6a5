"""What NetBox's global search finds. Secrets, specs and draft texts are not in it."""

from netbox.search import SearchIndex

from .models import GitRepository, HedgehogFabric, HedgehogResource, ResolutionPolicy

__all__ = ['indexes']


class GitRepositoryIndex(SearchIndex):
    """Finds repositories by name and address."""

    model = GitRepository
    fields = (('name', 100), ('url', 300), ('description', 500), ('comments', 5000))
    display_attrs = ('url', 'provider', 'description')


class HedgehogFabricIndex(SearchIndex):
    """Finds fabrics by name and directory."""

    model = HedgehogFabric
    fields = (
        ('name', 100),
        ('slug', 110),
        ('gitops_directory', 300),
        ('description', 500),
        ('comments', 5000),
    )
    display_attrs = ('status', 'git_repository', 'gitops_directory', 'description')


class HedgehogResourceIndex(SearchIndex):
    """Finds resources by name and kind."""

    model = HedgehogResource
    fields = (('name', 100), ('kind', 300), ('description', 500), ('comments', 5000))
    display_attrs = ('fabric', 'kind', 'namespace', 'description')


class ResolutionPolicyIndex(SearchIndex):
    """Finds policies by name."""

    model = ResolutionPolicy
    fields = (('name', 100), ('slug', 110), ('description', 500), ('comments', 5000))
    display_attrs = ('option_set', 'loser_action', 'description')


indexes = [
    GitRepositoryIndex,
    HedgehogFabricIndex,
    HedgehogResourceIndex,
    ResolutionPolicyIndex,
]
