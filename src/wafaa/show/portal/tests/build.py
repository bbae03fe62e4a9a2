"""A portal that is open, a member, a phone in their hand."""

import re
from typing import Any

from django.test import Client
from tests.mailbox import Mailbox

from wafaa.show.portal.actions import change_portal
from wafaa.show.portal.door import MEMBER
from wafaa.show.portal.models import Entry, MemberSession
from wafaa.show.portal.rules import make_form_token


def open_portal(**changes: Any) -> None:
    change_portal(changes={"is_on": True, **changes}, by=None)


class Phone(Client):
    """Reads English unless told otherwise."""

    def __init__(self, **headers: str) -> None:
        super().__init__(**{"HTTP_ACCEPT_LANGUAGE": "en", **headers})

    def ask(self, address: str, **more: str):
        return self.post("/me/sign-in/", {"address": address, **more})

    def type_code(self, code: str):
        return self.post("/me/code/", {"code": code})

    @property
    def form(self) -> dict[str, str]:
        return {"form": make_form_token(self.cookies[MEMBER].value)}

    @property
    def is_inside(self) -> bool:
        return self.get("/me/").status_code == 200


def read_mail(mailbox: Mailbox) -> tuple[str, str]:
    """Code and path of the link in the latest mail."""
    text = mailbox.mails[-1].get_body(("plain",)).get_content()
    code, path = (
        re.search(r"^\d{6}$", text, re.MULTILINE),
        re.search(r"https?://[^/\s]+(/me/enter/\S+)", text),
    )
    assert code, text
    assert path, text
    return code[0], path[1]


def sign_in(phone: Phone, address: str, mailbox: Mailbox) -> None:
    phone.ask(address)
    mailbox.deliver()
    response = phone.type_code(read_mail(mailbox)[0])
    assert (response.status_code, response["Location"]) == (303, "/me/")


def count_left() -> tuple[int, int]:
    return Entry.objects.count(), MemberSession.objects.count()
