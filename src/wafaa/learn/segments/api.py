"""Segments for programs: which there are, who is in, and making and changing them by their conditions."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema, Status

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.kit.api import PAGE_ITEMS, CleanText, Closed, Cursor, Limit, Page, ShortText, cut_page
from wafaa.kit.cursors import InvalidCursor, read_cursor, write_cursor
from wafaa.kit.pagination import Stretch
from wafaa.learn.segments.actions import change_segment, create_segment
from wafaa.learn.segments.lookups import Member, get_shown_segment, list_counting, list_members
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import count_members, list_segments
from wafaa.learn.segments.rules import read_tree
from wafaa.learn.segments.words import Sentences, plain

router = Router(auth=ReadKey(), tags=["segments"])

Name = Annotated[CleanText, Field(min_length=1, max_length=100)]
Text = Annotated[CleanText, Field(max_length=500)]


class SegmentItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    name: str = Field(description=gettext_noop("What people call it."))
    description: str = Field(description=gettext_noop("What it is for."))
    kind: str = Field(
        description=gettext_noop("dynamic (by conditions), list, or ready (kept by the house).")
    )
    state: str = Field(description=gettext_noop("building, live or paused."))
    counting: bool = Field(
        description=gettext_noop(
            "Whether it is being counted anew; until then the members are the former ones."
        )
    )
    version: int = Field(description=gettext_noop("Of the definition."))
    definition: dict[str, Any] = Field(
        description=gettext_noop("The conditions as one tree; empty of a list.")
    )
    sentence: str = Field(
        description=gettext_noop("The definition in words, in the language of the request.")
    )
    members: int = Field(description=gettext_noop("How many customers are in."))
    counted_at: datetime | None = Field(
        description=gettext_noop("When it was last counted whole; null before the first time.")
    )
    created_at: datetime = Field(description=gettext_noop("When it was made."))
    changed_at: datetime = Field(description=gettext_noop("When its words or conditions last changed."))


class MemberItem(Schema):
    customer_id: uuid.UUID = Field(description=gettext_noop("The customer's id."))
    customer_number: str = Field(description=gettext_noop("The shop's number; empty where none was told."))
    since: datetime = Field(description=gettext_noop("Since when the customer is in."))


class SegmentsQuestion(Closed):
    q: ShortText = Field("", description=gettext_noop("A part of the name."))
    kind: Literal["", "dynamic", "list", "ready"] = Field("", description=gettext_noop("Only of this kind."))
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class MembersQuestion(Closed):
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class SegmentMaking(Closed):
    name: Name = Field(description=gettext_noop("What people call it."))
    description: Text = Field("", description=gettext_noop("What it is for."))
    definition: dict[str, Any] = Field(
        description=gettext_noop(
            'One tree of "all", "any", "not" and conditions, such as {"orders": {"measure": "count", "min": 3}}.'
        )
    )


class SegmentChange(Closed):
    name: Name | None = Field(None, description=gettext_noop("What people call it."))
    description: Text | None = Field(None, description=gettext_noop("What it is for."))
    definition: dict[str, Any] | None = Field(
        None, description=gettext_noop("The whole tree anew; it makes a new version.")
    )


@router.get(
    "/segments",
    response=Page[SegmentItem],
    summary=gettext_noop("List segments"),
    description=gettext_noop("Those of the business and the ready-made ones, the newest first."),
    operation_id="list_segments",
)
def segments(request: HttpRequest, asked: Annotated[SegmentsQuestion, Query()]) -> Any:
    found = list_segments(kind=asked.kind, search=asked.q).order_by()
    question = {"list": "segments", **asked.model_dump(exclude={"cursor", "limit"})}
    stretch = Stretch(rows=found, key="id", is_descending=True)
    page = cut_page([stretch], cursor=asked.cursor, limit=asked.limit, question=question, say=lambda one: one)
    return {**page, "items": _say_segments(page["items"])}


@router.post(
    "/segments",
    response={201: SegmentItem},
    auth=WriteKey(),
    summary=gettext_noop("Make a segment"),
    description=gettext_noop("By conditions. It shows its members once they are counted: see `counting`."),
    operation_id="create_segment",
)
def create(request: HttpRequest, told: Annotated[SegmentMaking, Body()]) -> Any:
    made = create_segment(
        name=told.name,
        description=told.description,
        definition=told.definition,
        by=None,
        via=str(identify_key(request)),
    )
    return Status(201, _say_segments([made])[0])


@router.get(
    "/segments/{uuid:segment_id}",
    response=SegmentItem,
    summary=gettext_noop("Get a segment"),
    operation_id="get_segment",
)
def segment(request: HttpRequest, segment_id: uuid.UUID) -> Any:
    return _say_segments([get_shown_segment(segment_id)])[0]


@router.patch(
    "/segments/{uuid:segment_id}",
    response=SegmentItem,
    auth=WriteKey(),
    summary=gettext_noop("Change a segment"),
    description=gettext_noop("Only what is sent changes. The audit trail names the key."),
    operation_id="change_segment",
)
def change(request: HttpRequest, segment_id: uuid.UUID, told: Annotated[SegmentChange, Body()]) -> Any:
    changed = change_segment(
        segment=get_shown_segment(segment_id),
        by=None,
        via=str(identify_key(request)),
        **told.model_dump(exclude_unset=True),
    )
    return _say_segments([changed])[0]


@router.get(
    "/segments/{uuid:segment_id}/members",
    response=Page[MemberItem],
    summary=gettext_noop("List a segment's members"),
    description=gettext_noop(
        "Who is in now. Who enters and leaves while you read neither shifts nor repeats others."
    ),
    operation_id="list_members",
)
def members(request: HttpRequest, segment_id: uuid.UUID, asked: Annotated[MembersQuestion, Query()]) -> Any:
    shown = get_shown_segment(segment_id)
    question = {"list": "members", "segment": shown.uuid}
    place = read_cursor(asked.cursor, question)
    if place and not place.isdecimal():
        raise InvalidCursor
    rows = list_members(shown, after=int(place or 0), limit=asked.limit + 1)
    page, has_more = rows[: asked.limit], len(rows) > asked.limit
    after = str(page[-1].customer.pk) if has_more else ""
    return {
        "items": [_say_member(one) for one in page],
        "next_cursor": write_cursor(after, question) or None,
    }


def _say_member(one: Member) -> dict[str, Any]:
    return {
        "customer_id": one.customer.uuid,
        "customer_number": one.customer.external_id,
        "since": one.since,
    }


def _say_segments(found: list[Segment]) -> list[dict[str, Any]]:
    counts, counting, sentences = count_members(found), list_counting(found), Sentences()
    return [
        {
            "id": one.uuid,
            "name": name_segment(one),
            "description": one.description,
            "kind": one.kind,
            "state": one.state,
            "counting": one.pk in counting,
            "version": one.version,
            "definition": one.definition,
            "sentence": plain(sentences.say(read_tree(one.definition))) if one.definition else "",
            "members": counts[one.pk],
            "counted_at": one.built_at,
            "created_at": one.created_at,
            "changed_at": one.changed_at,
        }
        for one in found
    ]
