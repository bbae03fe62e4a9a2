"""The one base of all errors that a user may see."""

from typing import Any

from django.utils.functional import Promise


class WafaaError(Exception):
    """An expected failure: a code for programs, a status for HTTP, a translatable message for people.

    Subclasses set the three class attributes; `facts` fill the message's {placeholders} and go into problem+json.
    """

    code: str = "error"
    status: int = 400
    message: "str | Promise" = ""

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message).format(**self.facts)
