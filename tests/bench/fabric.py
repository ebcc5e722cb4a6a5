"""An invented fabric of any size, the same bytes every time: what the benchmarks work on."""

__all__ = ['document', 'stream']

_CONNECTION = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-{n:05d}--unbundled--leaf-{rack:03d}
  namespace: default
  labels:
    rack: "{rack}"
spec:
  # cabled by hand
  unbundled:
    link:
      server:
        port: server-{n:05d}/enp2s1
      switch:
        port: leaf-{rack:03d}/E1/{unit}
    mtu: 9036
"""
_SERVER = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-{n:05d}
  annotations:
    site: north
spec:
  description: rack {rack} unit {unit}
  # as on the label
  profile: "{serial:010d}"
"""
_VPC = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-{n:05d}
spec:
  ipv4Namespace: default
  vlanNamespace: default
  subnets:
    default:
      subnet: 10.{high}.{low}.0/24
      gateway: 10.{high}.{low}.1
      vlan: {vlan}
      dhcp:
        enable: true
        range: {{start: 10.{high}.{low}.10, end: 10.{high}.{low}.99}}
    backend:
      subnet: 172.16.{low}.0/24
      vlan: {vlan_2}
      isolated: true  # nothing but storage
  permit:
  - [default, "backend"]
"""
_ATTACHMENT = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-{n:05d}--server-{n:05d}
  namespace: default
spec:
  connection: server-{n:05d}--unbundled--leaf-{rack:03d}
  subnet: vpc-{n:05d}/default
  nativeVLAN: false
"""
_SORTS = (_CONNECTION, _SERVER, _VPC, _ATTACHMENT)


def document(number: int) -> str:
    """One object; the sorts take turns."""
    return _SORTS[number % len(_SORTS)].format(
        n=number,
        rack=number // 40,
        unit=number % 40 + 1,
        serial=number * 7919,
        high=number // 250 % 250,
        low=number % 250,
        vlan=1000 + number % 2000,
        vlan_2=3000 + number % 1000,
    )


def stream(count: int) -> bytes:
    """A multi-document file of that many objects."""
    return '---\n'.join(document(number) for number in range(count)).encode()
