"""What an inventory has and the fabric has not."""

from dataclasses import replace

import pytest

from hedgehog_gitops.wiring import (
    Aggregate,
    Comparison,
    Device,
    Extra,
    Interface,
    Wiring,
    compare_wiring,
    describe_wiring,
    generate_wiring,
)

from .lab import cable, leaf, server, small, with_cables


def fabric(wiring: Wiring | None = None) -> Wiring:
    """The fabric as Git describes it once it is generated."""
    return describe_wiring(generate_wiring(wiring or small()).objects).wiring


def compared(there: Wiring, described: Wiring | None = None) -> Comparison:
    return compare_wiring(there, described if described is not None else fabric())


def with_device(wiring: Wiring, device: Device) -> Wiring:
    """The wiring with a device in the place of the one that has its name, or beside the others."""
    others = tuple(each for each in wiring.devices if each.name != device.name)
    return replace(wiring, devices=(*others, device))


def test_the_same_has_nothing_more() -> None:
    assert compared(small()) == Comparison()


def test_an_inventory_that_lacks_everything_has_nothing_more() -> None:
    assert compared(Wiring()) == Comparison()


class TestDevices:
    def test_a_device_git_does_not_know(self) -> None:
        found = compared(with_device(small(), server(9)))
        assert found.extras == (Extra('server-09', 'device', 'server'),)

    def test_a_second_device_of_one_name(self) -> None:
        found = compared(with_device(small(), replace(leaf(1), name='Leaf_01')))
        assert found.extras == (Extra('Leaf_01', 'device', 'server-leaf, a second leaf-01'),)

    @pytest.mark.parametrize('role', ['pdu', 'external'])
    def test_what_is_no_object_of_a_fabric(self, role: str) -> None:
        assert compared(with_device(small(), Device('other-1', role))) == Comparison()


class TestCables:
    def test_between_devices_of_the_fabric(self) -> None:
        found = compared(with_cables(small(), cable('leaf-02:Eth1/40', 'leaf-01:E1/40')))
        assert found.extras == (Extra('leaf-02', 'cable of Eth1/40', 'leaf-01 E1/40'),)

    def test_to_a_device_git_does_not_know(self) -> None:
        there = with_cables(with_device(small(), server(9)), cable('server-09:a', 'leaf-01:E1/40'))
        assert compared(there).extras[1:] == (Extra('server-09', 'cable of a', 'leaf-01 E1/40'),)

    def test_between_two_servers_no_connection_can_be_made_of(self) -> None:
        found = compared(with_cables(small(), cable('server-01:z', 'server-02:z')))
        assert found.extras == (Extra('server-01', 'cable of z', 'server-02 z'),)

    @pytest.mark.parametrize('end', ['leaf-01:M1', 'spine-01:mgmt0'])
    def test_those_of_the_management_network_are_no_wiring(self, end: str) -> None:
        assert compared(with_cables(small(), cable(end, 'leaf-02:E1/40'))) == Comparison()

    def test_one_that_leads_elsewhere_is_a_difference_of_its_port(self) -> None:
        moved = small()
        rest = tuple(each for each in moved.cables if each.a.device != 'server-03')
        moved = replace(moved, cables=(*rest, cable('server-03:eth0', 'leaf-02:E1/40')))
        assert compared(moved) == Comparison()

    def test_one_to_a_stranger_is_none_of_the_fabric(self) -> None:
        assert compared(with_cables(small(), cable('leaf-01:E1/40', 'pdu-1:lan'))) == Comparison()

    @pytest.mark.parametrize('far', ['', 'router-1:ge-0'])
    def test_one_that_leads_out(self, far: str) -> None:
        there = with_device(small(), Device('router-1', 'external'))
        there = with_cables(there, cable('leaf-01:E1/40', far))
        led = far.replace(':', ' ') or 'out of the fabric'
        assert compared(there).extras == (Extra('leaf-01', 'cable of E1/40', led),)
        assert compared(there, fabric(there)) == Comparison()

    def test_an_interface_that_leads_out(self) -> None:
        port = Interface('E1/41', fields={'type': 'external'})
        there = with_device(small(), replace(leaf(1), interfaces=(port,)))
        assert compared(there).extras == (Extra('leaf-01', 'interface E1/41', 'external'),)
        assert compared(there, fabric(there)) == Comparison()


class TestAddresses:
    def test_those_of_links_that_have_one(self) -> None:
        def addressed(*addresses: str) -> Wiring:
            uplink = Interface('Ethernet1/49', addresses=addresses)
            downlink = Interface('E1/1', addresses=('10.0.0.1/24',))
            return with_device(small(), replace(leaf(1), interfaces=(uplink, downlink)))

        described = fabric(addressed('172.31.0.1/31'))
        assert compared(addressed('172.31.0.1/31'), described) == Comparison()
        found = compared(addressed('172.31.0.1/31', '172.31.9.1/24'), described)
        assert found.extras == (Extra('leaf-01', 'address of Ethernet1/49', '172.31.9.1/24'),)


class TestAggregates:
    def bonds(self, **lags: str) -> Comparison:
        """Compares a server with these ports, each in an aggregate or in none."""
        ports = [Interface(name, lag=lag) for name, lag in lags.items()]
        bonds = [Interface(lag, is_lag=True) for lag in sorted({*lags.values()} - {''})]
        device = Device('server-01', 'server', interfaces=(*bonds, *ports))
        return compared(with_device(small(), device))

    def aggregate(self, name: str, there: str, *members: str) -> Comparison:
        return Comparison(aggregates=(Aggregate('server-01', name, there, members),))

    def test_what_it_is_called_is_no_matter(self) -> None:
        assert self.bonds(enp2s1='po1', enp2s2='po1') == Comparison()

    def test_a_member_more(self) -> None:
        found = self.bonds(enp2s1='b', enp2s2='b', enp2s3='b')
        assert found == self.aggregate('b', 'b: enp2s1, enp2s2, enp2s3', 'enp2s1', 'enp2s2')

    def test_a_member_less(self) -> None:
        found = self.bonds(enp2s1='b', enp2s2='')
        assert found == self.aggregate('b', 'b: enp2s1', 'enp2s1', 'enp2s2')

    def test_two_instead_of_one(self) -> None:
        found = self.bonds(enp2s1='a', enp2s2='b')
        assert found == self.aggregate('a, b', 'a: enp2s1; b: enp2s2', 'enp2s1', 'enp2s2')

    def test_none_at_all(self) -> None:
        found = self.bonds(enp2s1='', enp2s2='')
        assert found == self.aggregate('', '', 'enp2s1', 'enp2s2')

    def test_a_port_that_will_be_made_joins_the_one_that_is_there(self) -> None:
        assert self.bonds(enp2s1='b') == Comparison()

    def test_one_where_git_has_single_ports(self) -> None:
        ports = (Interface('b', is_lag=True), Interface('eth0', lag='b'))
        there = with_device(small(), Device('server-03', 'server', interfaces=ports))
        found = compared(there).aggregates
        assert found == (Aggregate('server-03', 'b', 'b: eth0', ()),)

    def test_one_of_ports_git_knows_nothing_of(self) -> None:
        ports = (Interface('b', is_lag=True), Interface('ib0', lag='b'))
        there = with_device(small(), Device('server-03', 'server', interfaces=ports))
        assert compared(there) == Comparison()
