"""A till: a device that makes ids, a cashier who presses, and what the server answers."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from tests.draining import drain_all

from wafaa.access.staff.models import Staff
from wafaa.kit import clock


class Till:
    """A signed-in cashier's page at a store; words come in English."""

    def __init__(self, staff: Staff, store: str = "RUH-1") -> None:
        self.staff, self.store = staff, store
        self.sign_in()

    def sign_in(self) -> None:
        """Anew where the clock has gone on by hours."""
        self.client = Client()
        self.client.force_login(self.staff)

    def send(self, path: str, **told: Any) -> tuple[int, dict[str, Any]]:
        response = self.client.post(
            f"/till/{path}/", json.dumps(told), content_type="application/json", HTTP_ACCEPT_LANGUAGE="en"
        )
        return response.status_code, response.json()

    def find(self, text: str) -> dict[str, Any]:
        return self.send("find", text=text, store=self.store)[1]

    def quote(self, **told: Any) -> str:
        return self.send("quote", store=self.store, **told)[1]["html"]

    def do(self, kind: str, **told: Any) -> tuple[int, dict[str, Any]]:
        """Pressed now; the stream is heard afterwards."""
        return self.tell(make_deed(kind, store=self.store, **told))

    def tell(self, deed: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = self.send("deeds", **{"sent_at": clock.now().isoformat(), **deed})
        drain_all()
        return answer

    def look(self, deed: str) -> str:
        response = self.client.get(f"/till/deeds/{deed}/", HTTP_ACCEPT_LANGUAGE="en")
        assert response.status_code == 200
        return " ".join(response.json()["html"].split())


def make_deed(kind: str, *, store: str, at: datetime | None = None, **told: Any) -> dict[str, Any]:
    """As the page makes it."""
    moment = (at or clock.now()).isoformat()
    deed = {"id": str(uuid.uuid4()), "kind": kind, "at": moment, "store": store, **told}
    return {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in deed.items()}


HOUR = timedelta(hours=1)
