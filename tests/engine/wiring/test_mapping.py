"""Port names, and the file in which a fabric lays its own mapping over the defaults."""

import pytest

from hedgehog_gitops.identity import RepoPath
from hedgehog_gitops.wiring import (
    DEFAULT_MAPPING,
    Selection,
    WiringFile,
    WiringMapping,
    read_wiring_file,
    with_selection,
)

PATH = RepoPath('.hnp/wiring.yaml')
TEXT = b"""\
# Ours.
roles:
  tor: server-leaf  # top of rack
  server: ''
profiles: {s5248: dell-s5248f-on}
port_prefixes: [swp]
select:
  sites: [ams1]
  tags: [fabric-1, lab]
  vpc_tag: lab
"""


@pytest.mark.parametrize(
    ('name', 'label', 'port'),
    [
        ('E1/1', '', 'E1/1'),
        ('Ethernet1/1', '', 'E1/1'),
        ('eth1/49/4', '', 'E1/49/4'),
        ('Eth 1/2', '', 'E1/2'),
        ('1/7', '', 'E1/7'),
        ('Port 1/7', '', 'E1/7'),
        ('Ethernet36', 'E1/10', 'E1/10'),
        ('Ethernet1/1', 'E1/9/2', 'E1/9/2'),
        ('Ethernet1/1', 'uplink', 'E1/1'),
        ('M1', '', 'M1'),
        ('mgmt0', '', 'M1'),
        ('Management1', '', 'M1'),
        ('Ethernet36', '', ''),
        ('Vlan100', '', ''),
        ('E1/1/1/1', '', ''),
        ('Loopback0', '', ''),
        ('', '', ''),
    ],
)
def test_ports_of_switches(name: str, label: str, port: str) -> None:
    assert DEFAULT_MAPPING.switch_port(name, label) == port


def test_the_file_lies_over_the_defaults() -> None:
    file = read_wiring_file(TEXT, PATH)
    assert file.findings == ()
    assert file.mapping.meaning('tor') == 'server-leaf'
    assert file.mapping.meaning('server') == ''
    assert file.mapping.meaning('spine') == 'spine'
    assert file.mapping.profile('s5248') == 'dell-s5248f-on'
    assert file.mapping.profile('dell-s5232f-on') == 'dell-s5232f-on'
    assert file.mapping.switch_port('swp1/3') == 'E1/3'
    assert file.selection == Selection(sites=('ams1',), tags=('fabric-1', 'lab'), vpc_tag='lab')


def test_an_empty_file_says_nothing() -> None:
    assert read_wiring_file(b'# nothing\n', PATH) == WiringFile()


@pytest.mark.parametrize(
    ('text', 'line', 'says'),
    [
        ('- a\n', 1, 'a mapping of settings'),
        ('roles: {tor: top}\n', 1, 'a device is one of'),
        ('\nrules: {}\n', 2, 'no setting rules'),
        ('roles: [a]\n', 1, 'mapping of slugs'),
        ('profiles: {a: 1}\n', 1, 'a word'),
        ('select: {sites: ams1}\n', 1, 'list of words'),
        ('select: {racks: [a]}\n', 1, 'no setting racks'),
        ('select: {vpc_tag: [a]}\n', 1, 'by its slug'),
        ('select: x\n', 1, 'is a mapping'),
    ],
)
def test_what_is_wrong_has_a_place_and_nothing_counts(text: str, line: int, says: str) -> None:
    file = read_wiring_file(text.encode(), PATH)
    (finding,) = file.findings
    assert (finding.code, finding.file, finding.line) == ('WiringFileInvalid', PATH, line)
    assert says in finding.message
    assert file.mapping == WiringMapping()


def test_yaml_that_is_none_and_two_documents() -> None:
    assert read_wiring_file(b'a: [', PATH).findings
    assert read_wiring_file(b'roles: {}\n---\nroles: {}\n', PATH).findings


def test_another_selection_changes_no_other_byte() -> None:
    other = Selection(sites=('ams2',), tags=('fabric-1', 'lab'), vpc_tag='lab')
    text = with_selection(TEXT, other)
    assert text == TEXT.replace(b'ams1', b'ams2')
    assert read_wiring_file(text, PATH).selection == other


def test_a_new_file_says_what_it_is_for() -> None:
    text = with_selection(None, Selection(locations=('hall-1',)))
    assert text.startswith(b'# How NetBox')
    assert read_wiring_file(text, PATH).selection == Selection(locations=('hall-1',))
