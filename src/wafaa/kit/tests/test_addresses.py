import pytest

from wafaa.kit.addresses import find_client, limit_subject, shorten


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.7", 0, "192.0.2.1"),  # nobody is trusted: anybody may send the header
        ("203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", 1, "203.0.113.7"),  # what the client made up stands further left
        ("6.6.6.6, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        ("203.0.113.7", 2, "192.0.2.1"),  # fewer entries than proxies: somebody went around one
        ("nonsense", 1, "192.0.2.1"),
        ("203.0.113.7:4711", 1, "203.0.113.7"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("::ffff:203.0.113.7", 1, "203.0.113.7"),
    ],
)
def test_only_what_trusted_proxies_wrote_counts(forwarded, proxies, client):
    assert find_client("192.0.2.1", forwarded, proxies=proxies) == client


def test_a_limit_counts_a_whole_ipv6_network_as_one():
    assert (
        limit_subject("2001:db8:1:2:3:4:5:6") == limit_subject("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    )
    assert limit_subject("203.0.113.7") == "203.0.113.7"
    assert limit_subject("") == "unknown"


@pytest.mark.parametrize(
    ("address", "kept"),
    [("203.0.113.7", "203.0.113.0/24"), ("2001:db8:1:2::5", "2001:db8:1::/48"), ("", ""), ("unix", "")],
)
def test_of_an_address_only_the_network_is_kept(address, kept):
    assert shorten(address) == kept
