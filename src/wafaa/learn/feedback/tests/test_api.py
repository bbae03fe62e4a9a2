"""Comments for programs."""

import pytest

from wafaa.learn.feedback.models import Comment
from wafaa.learn.feedback.tests.test_room import made, shop  # noqa: F401 (fixtures)
from wafaa.show.api.tests.calls import call, get, make_key

pytestmark = pytest.mark.django_db


def test_a_program_has_a_text_read_and_nothing_is_kept():
    body = {"text": "التوصيل تأخر والموظف وقح"}
    told = call("POST", "/v1/comments/read", key=make_key("read"), body=body).json()

    assert (told["language"], told["sentiment"]) == ("ar", "negative")
    assert set(told["topics"]) >= {"delivery", "staff"}
    assert all(0 <= span["start"] < span["end"] <= len(body["text"]) for span in told["spans"])
    assert Comment.objects.count() == 0


def test_a_program_lists_comments_by_filters(shop):  # noqa: F811
    key = make_key("read")

    assert len(get("/v1/comments", key=key).json()["items"]) == 3
    (one,) = get("/v1/comments?sentiment=negative&q=اسعار", key=key).json()["items"]
    assert one["is_mismatch"]
    assert get("/v1/comments?sentiment=angry", key=key).status_code == 422
