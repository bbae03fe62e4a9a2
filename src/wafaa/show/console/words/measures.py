"""Why each measure matters, how the reports group them, and what breakdowns are called."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.learn.measures.rules import Breakdown, Grain


@dataclass(frozen=True, kw_only=True)
class ReportGroup:
    """A question that an owner asks, the measures that answer it, and the pages that show it as a picture."""

    question: "str | Promise"
    measures: tuple[str, ...]
    pages: tuple[str, ...] = ()


REPORT_GROUPS: tuple[ReportGroup, ...] = (
    ReportGroup(
        question=_("Are they staying?"),
        measures=(
            "retention_rate",
            "churn_rate",
            "live_customers",
            "retained_customers",
            "won_back_customers",
            "lapsed_customers",
            "textbook_retention_rate",
        ),
        pages=("cohorts",),
    ),
    ReportGroup(
        question=_("Do they come back?"),
        measures=(
            "repeat_purchase_rate",
            "purchase_frequency",
            "repeat_revenue_share",
            "returning_customers",
        ),
        pages=("gaps",),
    ),
    ReportGroup(
        question=_("What are they worth?"),
        measures=("net", "gross", "refunds", "average_order_value"),
        pages=("pareto",),
    ),
    ReportGroup(
        question=_("How does their way go?"),
        measures=(
            "visits",
            "pages_per_visit",
            "interaction_frequency",
            "days_since_last_touch",
            "checkout_completion",
            "delivered_on_time",
            "first_reply_time",
            "refund_time",
        ),
        pages=("journey",),
    ),
    ReportGroup(
        question=_("Who are they?"),
        measures=("customers", "new_customers", "orders", "lines"),
        pages=("rfm",),
    ),
)


@dataclass(frozen=True, kw_only=True)
class PageWords:
    title: "str | Promise"
    about: "str | Promise"


PAGES: dict[str, PageWords] = {
    "cohorts": PageWords(
        title=_("Cohorts"),
        about=_(
            "Customers by the month of their first order: how many of them order again, month after month."
        ),
    ),
    "gaps": PageWords(
        title=_("Time between orders"),
        about=_("How many days pass until the next order: when to remind, and when to worry."),
    ),
    "journey": PageWords(
        title=_("The journey"),
        about=_(
            "From the first visit to the next order: where people go on, where they are lost, how it went."
        ),
    ),
    "pareto": PageWords(
        title=_("Pareto (80/20)"),
        about=_("How much of gross the best customers bring, and how many of them bring most of it."),
    ),
    "rfm": PageWords(
        title=_("Recency, frequency, value"),
        about=_("Customers in groups by when they ordered last, how often, and for how much."),
    ),
}

WHY: dict[str, "str | Promise"] = {
    "gross": _("It is what customers paid for goods: the ground that all other money figures stand on."),
    "refunds": _(
        "Money given back shows where a promise was not kept. It is felt in loyalty before it is felt in sales."
    ),
    "net": _("What remains after refunds: growth that comes back as returns is no growth."),
    "orders": _(
        "More orders come from more customers or from customers who come more often; the two need different work."
    ),
    "lines": _("How many positions were bought shows whether orders become fuller or emptier."),
    "customers": _("How many people trusted you in this period."),
    "new_customers": _(
        "New customers replace those who leave. They are dearer to win than old ones are to keep."
    ),
    "returning_customers": _("They came although they knew you: the plainest sign of loyalty."),
    "average_order_value": _(
        "A small rise in every order costs less than the same money from new customers."
    ),
    "purchase_frequency": _("Habit shows in how often people come. It moves before money does."),
    "repeat_purchase_rate": _(
        "The second order makes the habit. A shop that sells once to each customer starts anew every day."
    ),
    "repeat_revenue_share": _(
        "How much of your income rests on loyalty, and how much has to be won each time."
    ),
    "live_customers": _("The size of the circle that you can still reach without winning it anew."),
    "retention_rate": _(
        "Keeping a customer is cheaper than winning one. This is the first figure of loyalty."
    ),
    "churn_rate": _("The leak in the bucket: as long as it is open, new customers only fill what runs out."),
    "retained_customers": _("The customers who were live before and still are."),
    "won_back_customers": _("They had left and came again: what your win-back work brought."),
    "lapsed_customers": _("Every one of them once decided for you. Ask some of them why they stopped."),
    "textbook_retention_rate": _(
        "The formula that most books give. It counts the won-back as kept, so it flatters; compare the two."
    ),
}

WHY |= {
    "visits": _("Whoever looks in is thinking of you. Visits move weeks before orders do."),
    "visitors": _("How many people think of you at all, whether they buy or not."),
    "pages_per_visit": _("Whoever finds nothing leaves after one page."),
    "interaction_frequency": _("Habit begins before the purchase: by looking in, asking, coming by."),
    "days_since_last_touch": _(
        "A silence that grows is the first sign of leaving, long before the lapse window ends."
    ),
    "checkout_completion": _("Who begins to pay wanted to buy. What stops them there is in your hands."),
    "delivered_on_time": _("A promise that was kept is remembered; one that was broken is told to others."),
    "first_reply_time": _("Whoever asks waits. How long they wait decides whether they ask again or leave."),
    "not_as_described": _("A description that promises too much sells once and comes back."),
    "refund_time": _("How fast money returns decides whether the customer does."),
}

BREAKDOWNS: dict[Breakdown, "str | Promise"] = {
    "rfm_group": _("Customer group"),
    "acquisition_month": _("Month of the first order"),
    "store": _("Store"),
    "channel": _("Channel"),
    "country": _("Country"),
    "category": _("Product category"),
}

GRAINS: dict[Grain, "str | Promise"] = {"day": _("Days"), "week": _("Weeks"), "month": _("Months")}
