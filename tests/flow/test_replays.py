"""What the parts of the program know is the same after events were given to them again."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.build import NOON, make_business, make_event, order_event, refund_event, tell
from tests.flow.said import answer_a_survey
from wafaa.stream.queries import get_consumer, list_consumers, list_parked
from wafaa.stream.replaying import replay_range

pytestmark = pytest.mark.django_db
# Everything but when it was written, and by which transaction.
STATE = {
    "orders": "SELECT json_agg(to_jsonb(o) - 'changed_in' ORDER BY o.id) FROM know_orders_order o",
    "lines": "SELECT json_agg(json_build_array(order_id, ordinal, product_id, quantity, amount_minor) "
    "ORDER BY order_id, ordinal) FROM know_orders_orderline",
    "refunds": "SELECT json_agg(to_jsonb(r) - 'changed_in' ORDER BY r.id) FROM know_orders_refund r",
    "totals": "SELECT json_agg(to_jsonb(t) - 'changed_in' - 'counted_at' - 'updated_at' ORDER BY customer_id) "
    "FROM know_orders_customertotals t",
    "products": "SELECT json_agg(to_jsonb(p) - 'changed_in' ORDER BY p.id) FROM know_orders_product p",
    "visits": "SELECT count(*) FROM know_journey_visit",
    "milestones": "SELECT count(*) FROM know_journey_milestone",
    "consents": "SELECT count(*) FROM know_consents_consent",
    "cases": "SELECT json_agg(json_build_array(customer_id, closed_at, due_at) ORDER BY id) FROM act_cases_case",
    "signals": "SELECT count(*) FROM act_cases_signal",
    "comments": "SELECT json_agg(json_build_array(text, sentiment, topics, is_mismatch) ORDER BY id) "
    "FROM learn_feedback_comment",
    "reviews": "SELECT json_agg(json_build_array(customer_id, rating, text, state) ORDER BY id) FROM listen_reviews_review",
    "suggestions": "SELECT json_agg(json_build_array(title, state) ORDER BY id) FROM decide_suggestions_suggestion",
    "customers": "SELECT json_agg(json_build_array(id, external_id, name, email, merged_into_id) ORDER BY id) "
    "FROM know_customers_customer",
}


def read_state():
    state = {}
    with connection.cursor() as cursor:
        for name, query in STATE.items():
            cursor.execute(query)
            state[name] = cursor.fetchone()[0]
    return state


@pytest.fixture
def _history():
    """Orders that were changed, cancelled and refunded, in several batches; a visitor who becomes a customer."""
    make_business(currency="SAR")
    tell(
        make_event("identify", distinct_id="1", properties={"name": "Noura", "email": "noura@example.com"}),
        make_event("page", distinct_id="anonymous:d1", properties={"path": "/"}),
        order_event("A", customer="1", lines=[("S1", 1, "10.00")]),
        order_event("B", customer="2", lines=[("S1", 2, "10.00")]),
        make_event("Consent Given", distinct_id="1", properties={"channel": "email", "purpose": "news"}),
        make_event(
            "Experiment Viewed", distinct_id="1", properties={"experiment_id": "x", "variation_id": "a"}
        ),
    )
    tell(
        order_event("A", customer="1", lines=[("S1", 3, "10.00"), ("S2", 1, "5.00")]),
        refund_event("R1", order="B", customer="2"),
        make_event("Order Delivered", distinct_id="1", properties={"order_id": "A"}),
    )
    tell(
        make_event(
            "Order Cancelled", distinct_id="2", properties={"order_id": "B"}, at=NOON + timedelta(hours=1)
        ),
        order_event("C", customer=None, lines=[("S2", 1, "5.00")]),
    )
    answer_a_survey()


@pytest.mark.parametrize(
    "name",
    [consumer.name for consumer in list_consumers() if consumer.replayable or consumer.replays_to_end],
)
@pytest.mark.usefixtures("_history")
def test_whoever_says_that_it_bears_a_replay_knows_the_same_after_it(name):
    before = read_state()

    replay = replay_range(consumer=get_consumer(name))

    assert replay.state == "done"
    assert replay.done > 0
    assert not list_parked().exists()
    assert read_state() == before
