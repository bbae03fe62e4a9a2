"""How mail leaves: WAFAA_EMAIL_URL, smtp[s]://user:password@host:port."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed over; nothing at all where no mail is set up."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False


def read_mail_url(url: str) -> MailServer:
    """smtps:// is TLS from the start; smtp:// turns to TLS (STARTTLS) unless the server is this machine or ?tls=0."""
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured("WAFAA_EMAIL_URL must look like smtp://user:password@host:587")
    asked = parse_qs(parts.query).get("tls", [""])[-1]
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_tls=parts.scheme == "smtp"
        and (asked == "1" or (asked != "0" and parts.hostname not in LOOPBACK)),
        is_tls=parts.scheme == "smtps",
    )
