"""A program makes a survey, publishes it, asks a customer once, and reads what came."""

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.listen.surveys.actions import complete_response
from wafaa.show.api.tests.calls import call, get, make_key

CONTENT = {
    "languages": ["en"],
    "main_language": "en",
    "title": {"en": "After delivery"},
    "pages": [{"key": "p1", "questions": [{"key": "nps", "type": "nps", "text": {"en": "Recommend?"}}]}],
}


def test_a_survey_is_made_published_sent_and_read(db):
    write, read = make_key("write"), make_key("read")
    customer = Customer.objects.create(name="Sara", created_at=clock.now())
    made = call("POST", "/v1/surveys", key=write, body={"name": "After delivery", "content": CONTENT}).json()
    address = f"/v1/surveys/{made['id']}"
    assert (made["state"], made["version"], made["content"]) == ("draft", None, None)
    published = call("POST", f"{address}/publish", key=write).json()
    assert (published["state"], published["version"]) == ("open", 1)
    assert get(address, key=read).json()["content"]["title"] == {"en": "After delivery"}
    assert [one["id"] for one in get("/v1/surveys?q=deliv&state=open", key=read).json()["items"]] == [
        made["id"]
    ]
    way = call("POST", f"{address}/collectors", key=write, body={"kind": "qr", "store": "RUH"}).json()
    assert [one["id"] for one in get(f"{address}/collectors", key=read).json()["items"]] == [way["id"]]

    people = {"people": [{"customer_id": str(customer.uuid), "key": "order-1"}, {"key": "nobody"}]}
    first = call("POST", f"{address}/invitations", key=write, body=people).json()["items"]
    assert call("POST", f"{address}/invitations", key=write, body=people).json()["items"] == first
    assert [one["customer_id"] for one in first] == [str(customer.uuid), None]
    token = first[0]["link"].rstrip("/").rpartition("/")[2]
    complete_response(token=token, pages=[{"a.nps": ["9"]}], language="en")

    (found,) = get(f"{address}/responses?state=complete", key=read).json()["items"]
    assert (found["customer_id"], found["channel"]) == (str(customer.uuid), "email")
    assert [(one["question"], one["number"]) for one in found["answers"]] == [("nps", 9.0)]


def test_content_that_cannot_be_read_is_refused(db):
    wrong = {"name": "x", "content": {"languages": []}}

    assert (
        call("POST", "/v1/surveys", key=make_key("write"), body=wrong).json()["code"]
        == "survey_content_wrong"
    )
