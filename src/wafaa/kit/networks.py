"""Which network addresses a request that somebody else chose may reach: public ones, unless the operator allows more.

Pure. The lists are IANA's registries of special-purpose addresses (RFC 6890 and what followed), written out because what
Python counts as global changed between its releases.
"""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# True: every private network of one's own; a list: these networks besides the public ones.
Allowed = bool | Sequence[Network]

# One's own networks: what "yes" opens.
_OWN = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",  # a provider's shared addresses
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
# Where clouds tell a machine its own keys. Never opened by a mere "yes"; the rest of them are link-local.
_METADATA = tuple(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)
_CLOSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # protocols' own, Teredo among them
        "2001:db8::/32",
        "3fff::/20",
    )
)
# Of IPv6 only this part has been given out; all else is local, mapped, or nobody's.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_allowed(address: str, allowed: Allowed = False) -> bool:
    """Whether the address may be connected to. What is no address, or names a zone (`fe80::1%eth0`), may not."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(read, ipaddress.IPv6Address) and read.scope_id:
        return False
    found = _unwrap(read)
    if isinstance(allowed, Sequence) and any(_lies_in(found, network) for network in allowed):
        return True
    if found in _METADATA:
        return False
    if any(_lies_in(found, network) for network in _OWN):
        return allowed is True
    if any(_lies_in(found, network) for network in _CLOSED):
        return False
    return found.version == 4 or found in _GIVEN_OUT


def read_allowed(text: str) -> Allowed:
    """The operator's word: empty or no, yes, or networks as `10.2.0.0/16, fd12::/48`. ValueError for anything else."""
    word = text.strip().lower()
    if word in {"", "0", "false", "no", "off"}:
        return False
    if word in {"1", "true", "yes", "on"}:
        return True
    return tuple(ipaddress.ip_network(part.strip()) for part in word.split(",") if part.strip())


def _unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, translated (NAT64), or tunnelled (6to4)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _lies_in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network
