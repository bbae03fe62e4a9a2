"""By what name an SMS comes."""

from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.channels.carriers import Account, Field
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.house import EXEMPT
from wafaa.act.messages.senders import find_country_of_number, write_sender

SENDER = Field(
    key="sender",
    label=_("Sender"),
    help=_(
        "The name or number from which messages come, as it is registered. Offers carry the mark of the country besides "
        "(`Shop-AD`, `AD-Shop`), which must be registered too."
    ),
)


def choose_sender(account: Account, parcel: Parcel) -> str:
    """The account's name; of what is not the customer's own business with the mark that their country asks for."""
    name = account.get("sender")
    if parcel.purpose in EXEMPT or not parcel.purpose:
        return name
    return write_sender(name, country=find_country_of_number(parcel.address), rules=account.senders)
