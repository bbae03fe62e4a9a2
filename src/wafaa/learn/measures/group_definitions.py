"""What each group of recency, frequency and money is called, who is in it, and what to do for it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class GroupWords:
    label: "str | Promise"
    who: "str | Promise"
    what_to_do: "str | Promise"
    tone: str = ""  # how much it presses: good, warn, bad or neither


GROUPS: dict[str, GroupWords] = {
    "champions": GroupWords(
        label=_("Champions"),
        who=_("Ordered lately, order often and spend the most."),
        what_to_do=_("Thank them by name, show them new things first and ask them to recommend you."),
        tone="good",
    ),
    "loyal": GroupWords(
        label=_("Loyal"),
        who=_("Come again and again and spend well."),
        what_to_do=_("Reward their faithfulness, and offer what goes with what they buy."),
        tone="good",
    ),
    "potential_loyalists": GroupWords(
        label=_("Potentially loyal"),
        who=_("Ordered lately and more than once."),
        what_to_do=_("Give them a reason for the next visit: a programme, a set, a subscription."),
        tone="good",
    ),
    "new": GroupWords(
        label=_("New"),
        who=_("Ordered for the first time, lately."),
        what_to_do=_("Welcome them, help them to enjoy what they bought, and ask how it was."),
    ),
    "promising": GroupWords(
        label=_("Promising"),
        who=_("Ordered lately, but little so far."),
        what_to_do=_("Make the second and third order easy: a small present, a reminder in time."),
    ),
    "need_attention": GroupWords(
        label=_("Need attention"),
        who=_("Were middling in everything and have not ordered for a while."),
        what_to_do=_("Remind them of what they liked, with an offer that ends soon."),
        tone="warn",
    ),
    "about_to_sleep": GroupWords(
        label=_("About to fall asleep"),
        who=_("Ordered seldom, and it was some time ago."),
        what_to_do=_("Ask them back with what sells best, before they forget you."),
        tone="warn",
    ),
    "at_risk": GroupWords(
        label=_("At risk"),
        who=_("Used to order often, but have not come for long."),
        what_to_do=_("Write to them personally, ask what went wrong and put it right."),
        tone="warn",
    ),
    "cannot_lose": GroupWords(
        label=_("Cannot lose"),
        who=_("Were among the best and have stopped coming."),
        what_to_do=_("Call them. Listen, repair, compensate; a discount alone will not do."),
        tone="bad",
    ),
    "hibernating": GroupWords(
        label=_("Hibernating"),
        who=_("Ordered seldom, spent little, and it was long ago."),
        what_to_do=_("One friendly reminder is enough; spend your effort elsewhere."),
    ),
    "lost": GroupWords(
        label=_("Lost"),
        who=_("Ordered once or twice, longest ago of all."),
        what_to_do=_("Try one win-back message, then leave them in peace."),
    ),
}


def get_group_words(key: str) -> GroupWords:
    """A group without words of its own is shown by its key, so that a new rule never breaks a page."""
    return GROUPS.get(key) or GroupWords(label=key.replace("_", " "), who="", what_to_do="")
