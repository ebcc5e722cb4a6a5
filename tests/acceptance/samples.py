"""Inputs for acceptance tests: files of our own, and the real ones where the corpus is present."""

from ..corpus import corpus

VPC = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {name}
spec:
  # written by a person; the comment has to survive
  ipv4Namespace: default
  vlanNamespace: default
  subnets:
    default:
      subnet: 10.{octet}.0.0/24
      vlan: {vlan}   # first of the range
"""


def vpc(name: str, vlan: int = 1001, octet: int = 10) -> str:
    """One VPC with comments, as a person writes it."""
    return VPC.format(name=name, vlan=vlan, octet=octet)


def vpcs(*names: str) -> str:
    """A multi-document file of VPCs."""
    return '---\n'.join(
        vpc(name, 1001 + number, 10 + number % 200) for number, name in enumerate(names)
    )


def real_drop() -> bytes:
    """The real file of 46 documents; skips when the corpus is not beside the checkout."""
    (found,) = (corpus() / 'wiring' / 'files').glob('gitops-test-1__fabric-1_raw_prepop__*.yaml')
    return found.read_bytes()
