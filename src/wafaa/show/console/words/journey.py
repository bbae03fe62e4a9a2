"""The journey in words: what its stages and the three pillars are called."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.learn.measures.rules import Journey, StageRow
from wafaa.show.words import number, percent, say


@dataclass(frozen=True, kw_only=True)
class StageWords:
    label: "str | Promise"
    about: "str | Promise"


STAGES: dict[str, StageWords] = {
    "visit": StageWords(
        label=pgettext_lazy("stage", "Visit"), about=gettext_lazy("Came to the site or the app.")
    ),
    "product": StageWords(
        label=pgettext_lazy("stage", "Product"), about=gettext_lazy("Looked at a product.")
    ),
    "cart": StageWords(
        label=pgettext_lazy("stage", "Cart"), about=gettext_lazy("Put something into the cart.")
    ),
    "checkout": StageWords(
        label=pgettext_lazy("stage", "Checkout"), about=gettext_lazy("Began to check out.")
    ),
    "payment": StageWords(
        label=pgettext_lazy("stage", "Payment"), about=gettext_lazy("Bought, here or in a store.")
    ),
    "delivery": StageWords(
        label=pgettext_lazy("stage", "Delivery"), about=gettext_lazy("Got an order delivered.")
    ),
    "use": StageWords(
        label=pgettext_lazy("stage", "Use"),
        about=gettext_lazy("Used what was bought. Nothing tells of this yet."),
    ),
    "support": StageWords(
        label=pgettext_lazy("stage", "Support"), about=gettext_lazy("Needed help: a conversation or a call.")
    ),
    "return": StageWords(
        label=pgettext_lazy("stage", "Return"), about=gettext_lazy("Gave something back, or asked to.")
    ),
    "again": StageWords(
        label=pgettext_lazy("stage", "Again"),
        about=gettext_lazy("Bought although it was not the first time."),
    ),
}
# On the way to the payment, where whoever does not go on is lost; for help and returns fewer are better.
FUNNEL = ("visit", "product", "cart", "checkout", "payment")


@dataclass(frozen=True, kw_only=True)
class StageShown:
    """One row of the table. `lost` is "" where not going on is no loss."""

    words: StageWords
    people: int
    base: "str | Promise"
    rate: SafeString
    margin: SafeString
    n: int
    lost: SafeString


def show_stage(row: StageRow) -> StageShown:
    rate, nothing = row.rate, say("")
    is_known = bool(row.base) and rate.value is not None and row.stage != "use"
    return StageShown(
        words=STAGES[row.stage],
        people=row.people,
        base=STAGES[row.base].label if row.base else "",
        rate=percent(rate.value) if is_known else nothing,
        margin=say(_("{low} to {high}"), low=percent(rate.low), high=percent(rate.high))
        if is_known
        else nothing,
        n=rate.n,
        lost=percent(1 - rate.value)
        if is_known and rate.value is not None and row.stage in FUNNEL
        else nothing,
    )


def write_journey(journey: Journey) -> SafeString:
    """Where most people are lost on the way to the payment."""
    rows = [row for row in journey.stages if row.stage in FUNNEL and row.base and row.rate.value is not None]
    if not rows:
        return say(_("In these days nobody was on the way to an order, as far as the site tells."))
    worst = min(rows, key=lambda row: row.rate.value or 0)
    return say(
        _("Most are lost between {before} and {after}: {count} of {all} did not go on."),
        before=STAGES[worst.base].label,
        after=STAGES[worst.stage].label,
        count=number(worst.rate.n - (worst.rate.numerator or 0)),
        all=number(worst.rate.n),
    )


def say_funnel(journey: Journey) -> SafeString:
    """The report list's one number: of the visitors, those who bought."""
    people = {row.stage: row.people for row in journey.stages}
    if not people.get("visit"):
        return say("")
    return say(_("{count} people on the way"), count=number(people["visit"]))
