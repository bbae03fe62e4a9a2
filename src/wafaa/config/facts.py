"""Which rooms give facts to learning."""

from wafaa.kit.facts import FactTable
from wafaa.know.customers.facts import CUSTOMER_FACTS
from wafaa.know.journey.facts import JOURNEY_FACTS
from wafaa.know.orders.facts import ORDER_FACTS
from wafaa.listen.reviews.facts import REVIEW_FACTS
from wafaa.listen.surveys.facts import SURVEY_FACTS

FACT_TABLES: tuple[FactTable, ...] = (
    *CUSTOMER_FACTS,
    *ORDER_FACTS,
    *JOURNEY_FACTS,
    *REVIEW_FACTS,
    *SURVEY_FACTS,
)
