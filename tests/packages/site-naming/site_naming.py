"""VPCs are named after their site: `ber-`, `muc-`."""

from collections.abc import Iterator

from hedgehog_gitops import ResourceKey, Severity
from hedgehog_gitops.kinds import Problem

SITES = ('ber-', 'muc-')


def check(value, key: ResourceKey) -> Iterator[Problem]:
    if key.kind == 'VPC' and not key.name.startswith(SITES):
        yield Problem(
            Severity.ERROR,
            'SitePrefixMissing',
            f'{key.name} does not begin with a site',
            ('metadata', 'name'),
            suggestion=f'{SITES[0]}{key.name}',
        )
    # Whatever a check does to the value stays with the check.
    value.clear()
