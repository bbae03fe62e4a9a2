"""What tables and counts are called, for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TABLES: dict[str, Promise] = {
    "customers": _("Profile"),
    "ids": _("Ids by which sources know the person"),
    "tags": pgettext_lazy("customers", "Tags"),
    "orders": _("Orders"),
    "order_lines": _("Lines of orders"),
    "refunds": _("Refunds"),
    "refund_lines": _("Lines of refunds"),
    "products": _("Products that nobody else bought"),
    "consents": _("Consents"),
    "notes": _("Notes"),
    "tasks": _("Tasks"),
    "files": _("Files"),
    "events": _("Events"),
    "visits": _("Visits"),
    "touches": _("Touches of visits"),
    "milestones": _("Steps of orders and conversations"),
    "travellers": _("Ids on the way"),
    "deliveries": _("Deliveries of connected systems"),
    "checkouts": _("Checkouts that were begun"),
    "stays": _("Stays in stores"),
    "versions": _("Versions of entries in connected systems"),
    "object_versions": _("Versions of entries in connected systems"),
    "wishes": _("Requests of connected systems"),
    "claims": _("Addresses and devices told together with an id"),
    "doubts": _("Open questions of who is who"),
    "decisions": _("Decisions of who is who"),
    "merges": _("Merges"),
    "bulk_edits": _("Earlier values of changes of many customers"),
    "views": _("Saved views with the person's words"),
    "parked_events": _("Parked events"),
    "outgoing": _("Webhook deliveries and other messages to the outside"),
    "mentions": _("Events of others that named the person"),
    "refused_messages": _("Refused messages"),
    "answers": _("Remembered answers to programs"),
    "conditions": _("Segments that named the person"),
    "trail": _("Lines of the audit trail"),
    "uploads": _("Uploaded files that were not published yet"),
    "reviews": _("Reviews"),
    "review_versions": _("Earlier versions of reviews"),
    "review_photos": _("Pictures of reviews"),
    "review_invitations": _("Invitations to review"),
    "review_skips": _("Invitations to review that were left out"),
    "survey_invitations": _("Invitations to surveys"),
    "survey_responses": _("Answered surveys"),
    "survey_answers": _("Answers to surveys"),
    "vouchers": _("Codes of their own"),
    "voucher_uses": _("Uses of codes"),
    "member_sign_ins": _("Devices signed in to the members' pages"),
    "member_cards": _("Member numbers"),
    "member_wishes": _("What the person asked for on their own page"),
    "till_deeds": _("What was done at tills"),
    "loyalty_memberships": _("Memberships of loyalty programmes, kept without a name"),
    "loyalty_earnings": _("What was earned, and by which rule"),
    "redemptions": _("Rewards that were redeemed, kept without a name"),
    "wallets": _("Wallets, kept without a name"),
    "movements": _("Movements of balances"),
    "problem_lines": _("Lines in lists of problems"),
}
REASONS: dict[str, Promise] = {
    "asked": _("The person asked for it"),
    "over": _("There is no reason left to keep it"),
    "other": _("Another reason"),
}


def say_table(name: str) -> str:
    """A table of a room that nobody named is called as it calls itself."""
    return str(TABLES.get(name, name.replace("_", " ")))


def say_reason(name: str) -> str:
    return str(REASONS.get(name, REASONS["other"]))
