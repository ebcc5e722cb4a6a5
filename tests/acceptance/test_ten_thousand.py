"""Ten thousand objects in one drop: all rows, all change log entries, all found (R177, F29)."""

from pathlib import Path

from .stack import Stack

OBJECTS = 10_000

SERVER = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-{number:05d}
spec:
  description: rack {rack} unit {unit}
"""

SEARCH = """
from netbox.search.backends import search_backend
from users.models import User
hits = list(search_backend.search('server-07321', user=User.objects.get(username='admin')))
print(sorted({str(hit.object) for hit in hits if hit.object_type.app_label == 'netbox_hedgehog'}))
"""


def test_ten_thousand_objects_in_one_drop(stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(tmp_path / 'clone')
    raw = person.path / 'fabrics' / fabric['slug'] / 'gitops/raw/all.yaml'
    raw.write_text(
        '---\n'.join(SERVER.format(number=n, rack=n // 40, unit=n % 40) for n in range(OBJECTS))
    )
    before = person.push('Drop ten thousand servers')
    started = stack.post(f'fabrics/{fabric["id"]}/sync/', {}, expect=202)
    operation = stack.finished(started['operation']['id'], seconds=240)
    assert operation['status'] == 'completed', operation
    assert len(repository.commits(since=before)) == 1
    assert stack.get(f'resources/?fabric_id={fabric["id"]}&limit=1')['count'] == OBJECTS
    request = operation['request_id']
    changes = stack.get(f'/api/core/object-changes/?request_id={request}&limit=1')['count']
    assert changes == OBJECTS
    found = stack.until(
        lambda: 'server-07321' in stack.manage('shell', '--no-imports', '-c', SEARCH).stdout,
        'the search to know the new rows',
        seconds=120,
    )
    assert found
    head = repository.head()
    assert stack.act(fabric)['status'] == 'completed'
    assert repository.head() == head
