"""What a page of a survey carries with it, sealed, so that nothing of it can be made up, and no cookie is needed."""

from uuid import UUID, uuid5

import msgspec

# The response to an invitation has one id, however often its link is opened.
_INVITED = UUID("0b1c7f5e-9a3d-4c8e-8f1b-5d2a6e7c9f40")


class FormState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`page` is the page's place from 0; times are seconds since 1970."""

    token: str = msgspec.field(name="t")
    response: UUID = msgspec.field(name="r")
    version: int = msgspec.field(name="v")
    page: int = msgspec.field(default=0, name="p")
    started_at: int = msgspec.field(default=0, name="s")
    shown_at: int = msgspec.field(default=0, name="n")
    customer: int | None = msgspec.field(default=None, name="c")
    hidden: dict[str, str] = msgspec.field(default_factory=dict, name="h")
    is_test: bool = msgspec.field(default=False, name="x")


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """Who has this may go on with a response."""

    token: str = msgspec.field(name="t")
    response: UUID = msgspec.field(name="r")


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Lets staff answer a version, published or not, as a test."""

    version: int = msgspec.field(name="v")
    until: int = msgspec.field(name="u")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Says on an open link whose answer it will be."""

    token: str = msgspec.field(name="t")
    customer: int = msgspec.field(name="c")


def make_invited_id(token: str) -> UUID:
    """Of the response to the invitation with this token."""
    return uuid5(_INVITED, token)
