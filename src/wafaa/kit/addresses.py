"""Network addresses: whose a request is, and how little of it is kept."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def read_client(request: HttpRequest) -> str:
    """Whose request this is, behind as many proxies as the settings trust."""
    meta = request.META
    return find_client(
        meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", ""), proxies=settings.TRUSTED_PROXIES
    )


def find_client(remote: str, forwarded: str, *, proxies: int) -> str:
    """The client's address. Of X-Forwarded-For only what `proxies` trusted proxies wrote counts, read from the right.

    Anybody may send the header, so with no trusted proxy, or with fewer entries than proxies, the connection's own
    address stands.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if proxies > 0 and len(hops) >= proxies and (client := _read(hops[-proxies])):
        return str(client)
    return str(_read(remote) or "")


def limit_subject(address: str) -> str:
    """What a limit counts by: an IPv6 user has a whole /64 to choose from."""
    read = _read(address)
    if isinstance(read, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((read, 64), strict=False))
    return str(read or "unknown")


def shorten(address: str) -> str:
    """The network without the machine, enough to recognise one's own places: 203.0.113.0/24, 2001:db8:1::/48."""
    read = _read(address)
    if read is None:
        return ""
    return str(ipaddress.ip_network((read, 24 if read.version == 4 else 48), strict=False))


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Also with a port, as some proxies write it; an IPv4 address inside IPv6 is that IPv4 address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        read = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped:
        return read.ipv4_mapped
    return read
