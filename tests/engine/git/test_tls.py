"""HTTPS: whose certificate is trusted, and a name that is pinned to an address."""

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import Remote
from hedgehog_gitops.testing import GitHttpServer, make_repository

from ..certificates import NAME, make_certificate


@pytest.fixture
def certificate(tmp_path):
    return make_certificate(tmp_path)


@pytest.fixture
def secured(tmp_path, certificate):
    make_repository(tmp_path / 'served/r.git')
    with GitHttpServer(tmp_path / 'served', certificate=certificate) as running:
        yield running


def test_a_certificate_nobody_vouches_for_is_refused(store, write, secured):
    remote = Remote(f'{secured.url}/r.git')
    for call in (
        lambda: store.fetch(remote, 'main'),
        lambda: store.push(remote, 'main', write({'a': '1'}), None),
    ):
        with pytest.raises(NeedsPerson) as caught:
            call()
        assert caught.value.reason == 'CertificateRefused'
        assert 'authority' in caught.value.hint
    assert secured.requests == []


def test_an_authority_may_be_named_or_the_check_left_out(store, write, secured, certificate):
    trusting = Remote(f'{secured.url}/r.git', ca_file=str(certificate[0]))
    head = write({'a': '1'})
    store.push(trusting, 'main', head, None)
    assert store.fetch(Remote(f'{secured.url}/r.git', verify_tls=False), 'main') == head


def test_a_name_is_pinned_to_an_address(store, secured, certificate):
    """No name server is asked, and the certificate is still checked against the name."""
    url = f'https://{NAME}:{secured.port}/r.git'
    pinned = Remote(url, addresses=('127.0.0.1',), ca_file=str(certificate[0]))
    assert store.remote_heads(pinned) == {}
    other = Remote(url.replace(NAME, 'other.test'), addresses=('127.0.0.1',),
                   ca_file=str(certificate[0]))  # fmt: skip
    with pytest.raises(NeedsPerson) as caught:
        store.remote_heads(other)
    assert caught.value.reason == 'CertificateRefused'
