"""Run by `netbox shell -c`: sends the two messages of progress as the plugin's own code does."""

import os

from netbox_hedgehog.sync.announce import announce_duplicate_detection, announce_resolution
from netbox_hedgehog.sync.messages import DuplicateDetectionUpdate, ResolutionProgress

fabric = int(os.environ['HEDGEHOG_TEST_FABRIC'])
found = {'identical': 1}
announce_duplicate_detection(
    fabric, '', DuplicateDetectionUpdate('running', 'read', 3, 10, 1, found, 'Reading')
)
announce_resolution(fabric, '', ResolutionProgress('completed', 'duplicates', 'record', 1, 1))
