"""Cursors for programs: opaque, signed, and good only for the question that they came from."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError

_signer = Signer(salt="wafaa.cursor")
# Of the digest that binds a cursor to its question; a mistaken cursor is to be noticed, not an attack held off.
BINDING_CHARS = 12


class InvalidCursor(WafaaError):
    code = "invalid_cursor"
    status = 400
    message = _("This cursor is not valid here. Send one exactly as an answer to the same question gave it.")


def write_cursor(place: str, question: Mapping[str, Any]) -> str:
    """The text that leads on from a place in the list that `question` asks for; "" from no place."""
    return _signer.sign_object([_bind(question), place]) if place else ""


def read_cursor(text: str, question: Mapping[str, Any]) -> str:
    """The place that write_cursor put in; "" for "". Raises InvalidCursor."""
    if not text:
        return ""
    try:
        binding, place = _signer.unsign_object(text)
    except (BadSignature, ValueError, TypeError) as error:
        raise InvalidCursor from error
    if binding != _bind(question):
        raise InvalidCursor
    return str(place)


def _bind(question: Mapping[str, Any]) -> str:
    asked = sorted((name, str(value)) for name, value in question.items() if value is not None)
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:BINDING_CHARS]
