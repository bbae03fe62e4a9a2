"""First-party links: an address that a message leads to, known by a number that stands in the link of ours."""

import hashlib
import uuid
from collections.abc import Callable

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


_END = "</body>"


def add_picture(html: str, site: str, message_id: int) -> str:
    """With a picture of one dot that says that the mail was opened, at its very end."""
    if not html:
        return html
    source = f"{site}/o/{make_token(Use.OPEN, message_id)}.gif"
    picture = f'<img src="{source}" width="1" height="1" alt="" style="display:block;border:0">'
    before, end, after = html.rpartition(_END)
    return f"{before}{picture}{end}{after}" if end else html + picture
