"""`python -m dev.api_pages`: writes the pages that are made from the schemas of REST and GraphQL.

The schemas need NetBox with a database, which the plugin's tests have: the test that compares the
pages writes them when it is told to.
"""

import os
import subprocess
import sys

from .home import ROOT

__all__ = ['GRAPHQL_PAGE', 'REST_PAGE', 'UPDATE', 'main']

REST_PAGE = ROOT / 'docs' / 'reference' / 'rest-fields.md'
GRAPHQL_PAGE = ROOT / 'docs' / 'reference' / 'graphql.md'
# Said in the environment, the test writes the pages.
UPDATE = 'UPDATE_API_PAGES'


def main() -> int:
    """Runs that one test."""
    test = 'src/netbox_hedgehog/tests/test_api_pages.py'
    environment = os.environ | {UPDATE: '1'}
    return subprocess.run([ROOT / 'test', test, '-n0'], env=environment, check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
