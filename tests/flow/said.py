"""What customers say, the real way: a survey that is answered, and a review that a shop tells of."""

from tests.build import make_event, tell
from wafaa.listen.surveys.actions import complete_response, make_collector, make_survey, publish_survey
from wafaa.listen.surveys.ready import find_ready


def answer_a_survey() -> None:
    """Half content, would not recommend, and wishes for something: an answer, a comment, a case and a suggestion."""
    ready = find_ready("customer_satisfaction")
    assert ready is not None
    survey = make_survey(name=ready.name["en"], content=ready.content, by=None, template_key=ready.key)
    publish_survey(survey=survey, by=None)
    way = make_collector(survey=survey, kind="link", by=None)
    saved = complete_response(
        token=way.token,
        pages=[
            {"a.satisfaction_overall": ["3"]},
            {"a.satisfaction_improve": ["التوصيل متأخر، أتمنى أن يصل أسرع"]},
            {"a.loyalty_recommend": ["2"], "a.loyalty_return": ["2"]},
        ],
        language="ar",
    )
    assert saved.is_complete
    tell(
        make_event(
            "Product Reviewed",
            distinct_id="1",
            properties={"product_id": "A", "rating": 1, "review_body": "Burnt, and late.", "review_id": "7"},
        )
    )
