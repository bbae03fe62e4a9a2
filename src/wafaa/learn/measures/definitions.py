"""What each measure is called, means and is computed by: the words behind every `?`."""

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.learn.measures.rules import Unit


@dataclass(frozen=True, kw_only=True)
class Measure:
    """`direction` says where better lies; None where it depends."""

    key: str
    label: Promise
    definition: Promise
    formula: Promise
    unit: Unit
    direction: Literal["up", "down"] | None


_LIST: Final = (
    Measure(
        key="gross",
        label=_("Gross sales"),
        definition=_(
            "What the counted lines of counted orders were charged after discounts, without shipping. A line counts when its "
            "quantity and unit price are above 0; an order counts when its customer is known and it has a counted line."
        ),
        formula=_("sum of the amounts of counted lines"),
        unit="money",
        direction="up",
    ),
    Measure(
        key="refunds",
        label=_("Refunds"),
        definition=_("What known customers got back in the period, whenever they had bought."),
        formula=_("sum of refunded amounts"),
        unit="money",
        direction="down",
    ),
    Measure(
        key="net",
        label=_("Net sales"),
        definition=_("Gross sales of the period less the refunds of the period."),
        formula=_("gross sales − refunds"),
        unit="money",
        direction="up",
    ),
    Measure(
        key="orders",
        label=_("Orders"),
        definition=_("Orders of known customers with at least one counted line."),
        formula=_("number of counted orders"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="lines",
        label=_("Order lines"),
        definition=_("Lines of counted orders whose quantity and unit price are above 0."),
        formula=_("number of counted lines"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="customers",
        label=_("Customers who ordered"),
        definition=_("Customers with a counted order in the period."),
        formula=_("number of different customers"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="new_customers",
        label=_("New customers"),
        definition=_("Customers whose first counted order ever, in any store, lies in the period."),
        formula=_("number of customers with their first order in the period"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="returning_customers",
        label=_("Returning customers"),
        definition=_("Customers of the period who had ordered before it."),
        formula=_("customers who ordered − new customers"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="average_order_value",
        label=_("Average order value"),
        definition=_("What one counted order brings. The margin comes from how much orders differ."),
        formula=_("gross sales ÷ orders"),
        unit="money",
        direction="up",
    ),
    Measure(
        key="purchase_frequency",
        label=_("Purchase frequency"),
        definition=_("How many counted orders a customer of the period placed in it."),
        formula=_("orders ÷ customers who ordered"),
        unit="orders",
        direction="up",
    ),
    Measure(
        key="repeat_purchase_rate",
        label=_("Repeat purchase rate"),
        definition=_(
            "Of all customers who ever ordered up to the end of the period, the share who ordered at least twice."
        ),
        formula=_("customers with 2 or more orders ÷ customers with 1 or more, up to the end of the period"),
        unit="rate",
        direction="up",
    ),
    Measure(
        key="repeat_revenue_share",
        label=_("Share of revenue from repeat customers"),
        definition=_(
            "The part of the period's gross sales from orders whose customer had ordered before that order. "
            "The margin comes from how much customers differ."
        ),
        formula=_("gross sales of repeat orders ÷ gross sales"),
        unit="rate",
        direction="up",
    ),
    Measure(
        key="live_customers",
        label=_("Live customers"),
        definition=_("Customers with a counted order in the lapse window before the end of the period."),
        formula=_("number of customers with an order in the lapse window"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="retention_rate",
        label=_("Retention rate"),
        definition=_("Of the customers live at the start of the period, the share still live at its end."),
        formula=_("live at start and at end ÷ live at start"),
        unit="rate",
        direction="up",
    ),
    Measure(
        key="churn_rate",
        label=_("Churn rate"),
        definition=_(
            "Of the customers live at the start of the period, the share no longer live at its end."
        ),
        formula=_("1 − retention rate"),
        unit="rate",
        direction="down",
    ),
    Measure(
        key="retained_customers",
        label=_("Retained customers"),
        definition=_("Customers live both at the start and at the end of the period."),
        formula=_("live at start and at end"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="won_back_customers",
        label=_("Won-back customers"),
        definition=_(
            "Customers who had ordered before, were no longer live at the start of the period, and are live at its end."
        ),
        formula=_("live at end, not at start, with an order before the start"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="lapsed_customers",
        label=_("Lapsed customers"),
        definition=_("Customers live at the start of the period and no longer at its end."),
        formula=_("live at start − retained customers"),
        unit="count",
        direction="down",
    ),
    Measure(
        key="textbook_retention_rate",
        label=_("Retention rate by the textbook"),
        definition=_(
            "The usual formula from the live customers at the end (E), at the start (S) and the new ones (N). It counts the "
            "won-back as kept and can therefore lie above the retention rate."
        ),
        formula=_("(E − N) ÷ S"),
        unit="rate",
        direction="up",
    ),
)

MEASURES: Final[dict[str, Measure]] = {measure.key: measure for measure in _LIST}

_JOURNEY_LIST: Final = (
    Measure(
        key="visits",
        label=_("Visits"),
        definition=_(
            "Pages and screens that one visitor opened without a silence of 30 minutes between them. The day on which a visit "
            "began counts."
        ),
        formula=_("number of visits"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="visitors",
        label=_("Visitors"),
        definition=_(
            "People with a visit in the period: known customers once each, however many devices they use; unknown visitors "
            "once per browser or app."
        ),
        formula=_("number of different people with a visit"),
        unit="count",
        direction="up",
    ),
    Measure(
        key="pages_per_visit",
        label=_("Pages per visit"),
        definition=_("How many pages or screens a visit saw on average."),
        formula=_("pages ÷ visits"),
        unit="number",
        direction="up",
    ),
    Measure(
        key="interaction_frequency",
        label=_("Interaction frequency"),
        definition=_(
            "How often a known customer who was in touch at all was so in 30 days: by a visit, an order, a conversation, a call "
            "or a stay in a store."
        ),
        formula=_("interactions ÷ customers who interacted × 30 ÷ days"),
        unit="number",
        direction="up",
    ),
    Measure(
        key="days_since_last_touch",
        label=_("Days since the last touch"),
        definition=_(
            "The median of the days that have passed for each customer since the last interaction, up to the end of the period."
        ),
        formula=_("median of the days since the last interaction"),
        unit="days",
        direction="down",
    ),
    Measure(
        key="checkout_completion",
        label=_("Checkouts paid"),
        definition=_(
            "Of the visits in which a checkout was begun, those followed by an order of the same customer during the visit or "
            "within 24 hours after it."
        ),
        formula=_("visits with a paid checkout ÷ visits with a checkout"),
        unit="rate",
        direction="up",
    ),
    Measure(
        key="delivered_on_time",
        label=_("Delivered on time"),
        definition=_(
            "Of the orders delivered in the period whose promised time is known, those that arrived by then. The first promise "
            "counts, not one that was made when the delay was known."
        ),
        formula=_("delivered by the promised time ÷ delivered with a promise"),
        unit="rate",
        direction="up",
    ),
    Measure(
        key="first_reply_time",
        label=_("Time to the first reply"),
        definition=_(
            "The median time from the beginning of a conversation to the first reply to it. Conversations that nobody has "
            "answered yet are not in it."
        ),
        formula=_("median of first reply − beginning"),
        unit="hours",
        direction="down",
    ),
    Measure(
        key="not_as_described",
        label=_("Returned as not described"),
        definition=_(
            "Of the returns requested in the period with a known reason, those because the goods were not what was described."
        ),
        formula=_("returns for that reason ÷ returns with a reason"),
        unit="rate",
        direction="down",
    ),
    Measure(
        key="refund_time",
        label=_("Time to the refund"),
        definition=_(
            "The median time from the request of a return to the first refund of that order, of refunds in the period."
        ),
        formula=_("median of refund − request"),
        unit="days",
        direction="down",
    ),
)

# Engagement and experience: measured from visits and milestones, not from orders alone.
JOURNEY_MEASURES: Final[dict[str, Measure]] = {measure.key: measure for measure in _JOURNEY_LIST}


def find_measure(key: str) -> Measure:
    return MEASURES.get(key) or JOURNEY_MEASURES[key]
