"""Addresses and secrets: what is refused, what normal form is kept, what never prints."""

import base64
import copy
import pickle
from dataclasses import asdict
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import (
    PasswordCredential,
    Remote,
    Secret,
    canonical_url,
    check_url,
    redact,
    scrub,
)


@pytest.mark.parametrize(
    ('given', 'normal'),
    [
        ('https://Git.Example.COM/Owner/Repo.git', 'https://git.example.com/Owner/Repo.git'),
        ('https://git.example.com:443/o/r/', 'https://git.example.com/o/r'),
        ('HTTPS://git.example.com:8443/o/r', 'https://git.example.com:8443/o/r'),
        ('https://[2001:DB8::1]:444/o/r', 'https://[2001:db8::1]:444/o/r'),
        ('ssh://git@host:22/o/r.git', 'ssh://git@host/o/r.git'),
        ('ssh://host:2222/o/r.git', 'ssh://host:2222/o/r.git'),
        ('git@github.example:o/r.git', 'ssh://git@github.example/o/r.git'),
        ('github.example:o/r.git', 'ssh://git@github.example/o/r.git'),
    ],
)
def test_one_normal_form(given, normal):
    assert check_url(given) == normal
    assert check_url(normal) == normal


@pytest.mark.parametrize(
    'url',
    ['', 'http://host/r', 'git://host/r', 'file:///srv/r', '/srv/r', 'ext::sh -c id', 'r.git',
     'ext::https://host/r', 'https://user:pw@host/r', 'https://token@host/r', 'https://@host/r',
     'ssh://git:pw@host/r', 'ssh://-oProxyCommand=x@host/r', 'ssh://-oProxyCommand=x/r',
     'https://-host/r', 'https:///r', 'https://host', 'https://host/', 'https://host/a b',
     'https://host/a\nb', 'https://host/a\0', 'https://host:99999/r', 'https://host:x/r',
     'https://host/r?x=1', 'https://host/r#x', 'https://host/../r', 'https://ho%00st/r',
     'ssh://host/-upload', 'https://host\\@evil/r', '-oProxyCommand=id:x', 'transport::address'],
)  # fmt: skip
def test_refused_addresses(url):
    with pytest.raises(NeedsPerson) as caught:
        check_url(url)
    assert caught.value.reason == 'UrlRefused'
    assert 'pw' not in str(caught.value) and 'token@' not in str(caught.value)


def test_schemes_and_hosts_are_the_callers_choice():
    assert check_url('http://127.0.0.1:80/r', ('http',)) == 'http://127.0.0.1/r'
    assert check_url('file:///srv/r.git/', ('file',)) == 'file:///srv/r.git'
    assert check_url('https://A.example/r', allowed_hosts=['a.example']) == 'https://a.example/r'
    for url in ('https://b.example/r', 'https://a.example.evil/r'):
        with pytest.raises(NeedsPerson, match='allowed'):
            check_url(url, allowed_hosts=['a.example'])
    for url in ('file://host/r', 'file:relative', 'file:///a/../b'):
        with pytest.raises(NeedsPerson):
            check_url(url, ('file',))


def test_spellings_of_one_repository_compare_equal():
    spellings = ['https://h/o/r', 'https://h/o/r.git', 'https://H/o/r.git/', 'https://x:y@h/o/r']
    assert {canonical_url(url) for url in spellings} == {'https://h/o/r'}


def test_secrets_are_taken_out_of_text():
    text = "fatal: unable to access 'https://u:p%40w@host/r' and http://tok@x/"
    assert redact(text) == "fatal: unable to access 'https://***@host/r' and http://***@x/"
    assert (
        redact('mail a@b.example, see https://host/r@v1')
        == 'mail a@b.example, see https://host/r@v1'
    )
    assert redact('https://u:p@ss@host/r') == 'https://***@host/r'
    assert scrub('token abc, abcdef', ['abc', 'abcdef', '']) == 'token ***, ***'


@pytest.mark.parametrize('user', ['', 'g', 'me', 'git', 'x-access-token'])
def test_a_secret_is_removed_however_a_server_repeats_it(user):
    secret = 'canary/7f3a+"first'
    header = base64.b64encode(f'{user}:{secret}'.encode()).decode()
    said = f'You sent {quote(secret, safe="")}, {secret.encode().hex()} and Basic {header}.'
    left = scrub(said, [secret])
    assert left.count('***') == 3
    assert len(left) < 60, left


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_text_is_judged_without_a_crash(text):
    try:
        normal = check_url(text)
    except NeedsPerson as error:
        assert error.reason == 'UrlRefused'
    else:
        assert check_url(normal) == normal


def test_a_secret_does_not_print():
    secret = Secret('canary')
    credential = PasswordCredential('robot', secret)
    remote = Remote('https://host/r', credential)
    shown = [repr(secret), str(secret), f'{secret}', repr(credential), repr(remote)]
    shown += [repr(asdict(credential)), repr(copy.deepcopy(credential)), repr(dir(secret))]
    assert not any('canary' in text for text in shown)
    assert secret.reveal() == 'canary' and bool(secret) and not Secret('')
    with pytest.raises(TypeError):
        pickle.dumps(credential)
    with pytest.raises(AttributeError):
        secret.__dict__  # noqa: B018
