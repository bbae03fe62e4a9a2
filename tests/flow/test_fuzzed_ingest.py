"""Bodies that no client library would send: each is answered without a failure of ours, and what was good in it is kept.

WAFAA_FUZZ_REQUESTS says how many (the suite sends a few; releases 20,000), WAFAA_FUZZ_SEED which.
"""

import base64
import gzip
import json
import os
import random
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from tests.flow.fuzzing import WORDS
from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.config.flow import CONSUMERS
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event, ParkedEvent, RefusedMessage

REQUESTS = int(os.environ.get("WAFAA_FUZZ_REQUESTS", "700"))
SEED = int(os.environ.get("WAFAA_FUZZ_SEED", "1"))
ADDRESSES = (
    "batch",
    "b",
    "import",
    "track",
    "t",
    "identify",
    "i",
    "page",
    "p",
    "screen",
    "s",
    "group",
    "g",
    "alias",
    "a",
)
TYPES = ("track", "identify", "page", "screen", "group", "alias", "", "Track", "ecommerce")
NAMES = (
    "Order Completed", "Order Refunded", "Order Cancelled", "Order Delivered", "Product Viewed", "Product Updated",
    "Checkout Started", "Consent Given", "Consent Withdrawn", "Store Entered", "Store Exited", "Support Call Ended",
    "Support Conversation Started", "Support Reply Sent", "Return Requested", "Something Own",
)  # fmt: skip
FIELDS = (
    "order_id", "refund_id", "currency", "products", "amount", "discount", "tax", "price", "quantity", "sku", "name",
    "email", "phone", "birthday", "address", "consents", "channel", "purpose", "text_version", "promised_at", "store",
    "dwell_s", "conversation_id", "agent", "duration_s", "groupId", "country", "language", "tags", "attributes",
)  # fmt: skip
TIMES = (
    "2026-03-01T10:00:00Z",
    "2026-03-01",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "yesterday",
    "1e9",
    "",
)


class Sender:
    """Makes bodies up; of each kind some are right."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def make_value(self, depth: int = 0) -> Any:
        kind = self.chance.randrange(9 if depth < 4 else 7)
        if kind == 7:
            return [self.make_value(depth + 1) for _ in range(self.chance.randrange(4))]
        if kind == 8:
            return {
                self.chance.choice((*FIELDS, *WORDS)): self.make_value(depth + 1)
                for _ in range(self.chance.randrange(5))
            }
        return self.chance.choice(
            [
                None,
                True,
                False,
                0,
                -1,
                1,
                12.5,
                1e308,
                2**63,
                10**40,
                "12.50",
                "SAR",
                *self.chance.sample(WORDS, 4),
                *TIMES,
            ]
        )

    def make_properties(self) -> Any:
        if self.chance.random() < 0.1:
            return self.make_value()
        told = {field: self.make_value() for field in self.chance.sample(FIELDS, self.chance.randrange(8))}
        if self.chance.random() < 0.5:
            told |= {"order_id": f"F{self.chance.randrange(50)}", "currency": "SAR"}
            told["products"] = [
                {
                    "sku": self.chance.choice(WORDS),
                    "price": self.make_value(3),
                    "quantity": self.make_value(3),
                }
                for _ in range(self.chance.randrange(3))
            ]
        return told

    def make_message(self) -> Any:
        if self.chance.random() < 0.05:
            return self.make_value()
        message: dict[str, Any] = {
            "type": self.chance.choice(TYPES[:6]),
            "event": self.chance.choice(NAMES),
            "userId": f"C{self.chance.randrange(20)}",
            "messageId": f"m{self.chance.randrange(5000)}",
            "properties": self.make_properties(),
            "traits": self.make_properties(),
        }
        for field in (
            "anonymousId",
            "previousId",
            "groupId",
            "timestamp",
            "sentAt",
            "context",
            "name",
            "category",
        ):
            if self.chance.random() < 0.3:
                message[field] = self.chance.choice([*TIMES, *WORDS, {"anonymousId": "x"}, "a1"])
        if self.chance.random() < 0.3:
            message[self.chance.choice(list(message))] = self.make_value()
        return message

    def make_body(self, address: str) -> bytes:
        if address not in {"batch", "b", "import"}:
            told = self.make_message()
        else:
            told = {"batch": [self.make_message() for _ in range(self.chance.randrange(6))]}
            if self.chance.random() < 0.2:
                told[self.chance.choice(("context", "sentAt", "batch", "writeKey"))] = self.make_value()
        body = json.dumps(told, ensure_ascii=self.chance.random() < 0.5).encode(errors="replace")
        if self.chance.random() < 0.1:
            at = self.chance.randrange(len(body) + 1)
            body = (
                body[:at]
                + self.chance.randbytes(self.chance.randrange(4))
                + body[at + self.chance.randrange(3) :]
            )
        return body

    def make_headers(self, key: str) -> dict[str, str]:
        basic = base64.b64encode(f"{key}:".encode()).decode()
        good = [{"HTTP_AUTHORIZATION": f"Bearer {key}"}, {"HTTP_AUTHORIZATION": f"Basic {basic}"}]
        wrong = [{}, {"HTTP_AUTHORIZATION": "Basic ??"}, {"HTTP_AUTHORIZATION": "Bearer " + "x" * 5000}]
        return self.chance.choice(good * 10 + wrong)


@pytest.mark.django_db(transaction=True)
def test_no_body_breaks_the_ingest_or_what_hears_it(capsys):
    chance = random.Random(SEED)
    sender, answers = Sender(chance), Counter[int]()
    key = create_key(name="fuzz", scope=Scope.INGEST, by=None).text
    client = Client(raise_request_exception=False)
    broken = []
    for _ in range(REQUESTS):
        address = chance.choice(ADDRESSES)
        body, headers = sender.make_body(address), sender.make_headers(key)
        if chance.random() < 0.2:
            headers["HTTP_CONTENT_ENCODING"] = "gzip"
            body = gzip.compress(body) if chance.random() < 0.9 else body
        kind = chance.choice(("application/json", "text/plain", "", "application/x-www-form-urlencoded"))
        answer = client.post(f"/v1/{address}", body, content_type=kind, **headers)
        answers[answer.status_code] += 1
        if answer.status_code >= 500:
            broken.append((address, body[:500], answer.content[:200]))
    drain_until_quiet(CONSUMERS)
    # a consent that nobody can read waits for somebody: whoever withdraws one must be heard
    failed = ParkedEvent.objects.exclude(error="").exclude(error__startswith="Unreadable: ")
    parked = failed.values_list("consumer", "name", "error")

    with capsys.disabled():
        print(f"\n{REQUESTS:,} bodies:", dict(sorted(answers.items())), end=" ")
        print(
            f"{Event.objects.count():,} events, {RefusedMessage.objects.count():,} refused, {len(parked):,} parked"
        )
    assert broken == []
    assert answers[200] > REQUESTS / 4
    # whatever else people send is handled without what can't be: only an error of ours parks an event
    assert list(parked) == []
