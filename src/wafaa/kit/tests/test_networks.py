import ipaddress

import pytest

from wafaa.kit.networks import is_allowed, read_allowed

PRIVATE = [
    "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::1",
    "fd12:3456::1", "fc00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1",  # mapped
    "2002:7f00:1::", "2002:a00:1::1",  # 6to4 of 127.0.0.1 and 10.0.0.1
    "64:ff9b::7f00:1", "64:ff9b::c0a8:101",  # NAT64 of 127.0.0.1 and 192.168.1.1
]  # fmt: skip
NEVER = [
    "169.254.169.254", "169.254.0.1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "192.88.99.1",
    "::", "::7f00:1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "3fff::1", "5f00::1",
    "64:ff9b:1::1", "100::1", "4000::1",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2606:4700::1%1",
    "", "example.com", "127.1", "2130706433", "0x7f000001",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE + NEVER)
def test_nothing_but_public_addresses_is_allowed(address):
    assert not is_allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("allowed", [False, True])
def test_public_addresses_are_allowed_in_every_spelling(address, allowed):
    assert is_allowed(address, allowed)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_yes_of_the_operator_opens_ones_own_networks(address):
    assert is_allowed(address, True)


@pytest.mark.parametrize("address", NEVER)
def test_a_yes_never_opens_metadata_and_what_nobody_serves(address):
    assert not is_allowed(address, True)


def test_a_list_opens_these_networks_and_no_other():
    allowed = read_allowed("10.2.0.0/16, fd12::/48,169.254.169.254/32")

    assert allowed == tuple(map(ipaddress.ip_network, ["10.2.0.0/16", "fd12::/48", "169.254.169.254/32"]))
    opened = ["10.2.3.4", "::ffff:10.2.3.4", "fd12::1", "169.254.169.254"]
    assert [is_allowed(address, allowed) for address in opened] == [True] * 4
    assert [is_allowed(address, allowed) for address in ["10.3.0.1", "127.0.0.1", "fd13::1"]] == [False] * 3


@pytest.mark.parametrize(
    ("text", "allowed"), [("", False), ("0", False), ("no", False), ("1", True), (" Yes ", True)]
)
def test_a_yes_and_a_no_are_read(text, allowed):
    assert read_allowed(text) is allowed


@pytest.mark.parametrize("text", ["10.0.0.1/8", "maybe", "10.0.0.0/8 fd12::/48"])
def test_what_is_neither_yes_nor_networks_is_refused(text):
    with pytest.raises(ValueError, match=r"IPv4 or IPv6 network|host bits"):
        read_allowed(text)
