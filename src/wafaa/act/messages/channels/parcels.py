"""A message as it is handed to a channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wafaa.act.messages.queries import Reader


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A message as it is handed to a channel, ready to go."""

    key: str  # the same at every try, for providers that know their duplicates
    message_id: int
    reader: Reader
    address: str
    subject: str
    text: str
    html: str = ""
    language: str = ""
    unsubscribe: str = ""  # where one press ends it (RFC 8058); only of what one can unsubscribe from
    sender_name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    url: str = ""  # where a press on it leads
    name: str = ""  # of an approved template of WhatsApp
    parameters: tuple[str, ...] = ()
    button: str = ""  # what the button of such a template copies: a code
    purpose: str = ""
    deadline: datetime | None = None  # later nobody should see it
    site: str = ""  # where browsers reach us
    is_unsure: bool = False  # an earlier try may have arrived

    @property
    def id(self) -> str:
        """What stands behind the colon of the key: of a message its uuid."""
        return self.key.rpartition(":")[2]
