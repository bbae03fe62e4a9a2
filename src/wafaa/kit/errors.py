"""The one base of all errors that a user may see."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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


class BodyBroken(WafaaError):
    code = "body_broken"
    message = _("The body cannot be read: it is not what its headers say, or not valid JSON in UTF-8.")


class CharacterBroken(WafaaError):
    code = "character_broken"
    message = _("There is a character in it that cannot be written. Type it by hand, then try again.")


class BodyTooLarge(WafaaError):
    code = "body_too_large"
    status = 413
    message = _("The body is larger than {limit} bytes.")
