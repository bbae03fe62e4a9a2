"""First-party links: an address that a message leads to, known by a number that stands in the link of ours."""

import hashlib
import re
import uuid
from collections.abc import Callable, Collection

from django.utils.http import url_has_allowed_host_and_scheme

from wafaa.act.messages.links import Use, make_token
from wafaa.act.messages.models import Link

URL_CHARS_MAX = 2_000
# Of addresses that differ for everybody no process should remember a million.
REMEMBERED_MAX = 10_000
_known: dict[str, int] = {}


def find_link(url: str) -> int:
    """The number of an address, which is given one at its first use."""
    if url in _known:
        return _known[url]
    digest = uuid.UUID(hashlib.sha256(url.encode()).hexdigest()[:32])
    link, _made = Link.objects.get_or_create(digest=digest, defaults={"url": url})
    if len(_known) >= REMEMBERED_MAX:
        _known.clear()
    _known[url] = link.pk
    return link.pk


def forget_links() -> None:
    """In tests, whose database forgets them too."""
    _known.clear()


def make_rewrite(site: str, message_id: int) -> Callable[[str], str]:
    """What makes an address one of ours that leads there and says whose press it was. Too long ones stay as they are."""

    def rewrite(url: str) -> str:
        if len(url) > URL_CHARS_MAX:
            return url
        return f"{site}/l/{make_token(Use.LINK, find_link(url), message_id)}"

    return rewrite


# What is written literally; where a value begins within a host, what stands before it is another host.
_AFTER = ".,;:!?)]،؛؟\u2066\u2067\u2068\u2069"  # belongs to the sentence
_HOST = re.compile(r"https?://([^\s/?#\"'<>{}\\@]+)", re.IGNORECASE)


def find_hosts(*texts: str) -> set[str]:
    """The hosts of all addresses that stand in texts, with their ports."""
    return {host.rstrip(_AFTER) for text in texts for host in _HOST.findall(text)}


def rewrite_only(rewrite: Callable[[str], str], hosts: Collection[str]) -> Callable[[str], str]:
    """Leaves addresses of other hosts as they are. What a value says may be a stranger's word (a browser's event, a name):
    a link that we have signed must not lead there.
    """
    allowed = {same for host in hosts for same in (host, f"www.{host}", host.removeprefix("www."))}

    def rewrite_ours(url: str) -> str:
        return rewrite(url) if url_has_allowed_host_and_scheme(url, allowed) else url

    return rewrite_ours


_END = "</body>"


def add_picture(html: str, site: str, message_id: int) -> str:
    """With a picture of one dot that says that the mail was opened, at its very end."""
    if not html:
        return html
    source = f"{site}/o/{make_token(Use.OPEN, message_id)}.gif"
    picture = f'<img src="{source}" width="1" height="1" alt="" style="display:block;border:0">'
    before, end, after = html.rpartition(_END)
    return f"{before}{picture}{end}{after}" if end else html + picture
