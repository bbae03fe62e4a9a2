"""Segments for programs: which there are, who is in, and making and changing them by their conditions."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema, Status

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.kit.api import PAGE_ITEMS, CleanText, Closed, Cursor, Limit, Page, ShortText, cut_page
from wafaa.kit.cursors import InvalidCursor, read_cursor, write_cursor
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.queries import get_customer
from wafaa.learn.segments.actions import change_segment, create_segment
from wafaa.learn.segments.lookups import Member, find_since, list_counting, list_members
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import (
    count_members,
    count_overlap,
    get_segment,
    list_segments,
    list_sizes,
)
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


class SizeItem(Schema):
    day: date = Field(description=gettext_noop("A day of the business's time zone."))
    members: int = Field(description=gettext_noop("How many customers were in at its end."))


class SizesItem(Schema):
    days: list[SizeItem] = Field(description=gettext_noop("Those for which it was noted, the oldest first."))


class OverlapItem(Schema):
    members: int = Field(description=gettext_noop("How many customers are in."))
    other_members: int = Field(description=gettext_noop("How many customers are in the other one."))
    both: int = Field(description=gettext_noop("How many customers are in both."))


class StandingItem(Schema):
    member: bool = Field(description=gettext_noop("Whether the customer is in."))
    since: datetime | None = Field(
        description=gettext_noop("Since when the customer is in; null where they are not.")
    )


class SizesQuestion(Closed):
    days: int = Field(
        90, ge=1, le=3_660, description=gettext_noop("Of the last so many days, today included.")
    )


class OverlapQuestion(Closed):
    other: uuid.UUID = Field(description=gettext_noop("The id of the other segment."))


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
    return _say_segments([get_segment(segment_id)])[0]


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
        segment=get_segment(segment_id),
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
    shown = get_segment(segment_id)
    question = {"list": "members", "segment": shown.uuid}
    place = read_cursor(asked.cursor, question)
    if place and not place.isdecimal():
        raise InvalidCursor
    page = list_members(shown, after=int(place or 0), limit=asked.limit)
    after = str(page.next_after or "")
    return {
        "items": [_say_member(one) for one in page.members],
        "next_cursor": write_cursor(after, question) or None,
    }


@router.get(
    "/segments/{uuid:segment_id}/members/{uuid:customer_id}",
    response=StandingItem,
    summary=gettext_noop("Ask whether a customer is in a segment"),
    description=gettext_noop("Of a customer who was merged into another, whether that other is."),
    operation_id="get_member",
)
def member(request: HttpRequest, segment_id: uuid.UUID, customer_id: uuid.UUID) -> Any:
    since = find_since(get_segment(segment_id), get_customer(customer_id).pk)
    return {"member": since is not None, "since": since}


@router.get(
    "/segments/{uuid:segment_id}/sizes",
    response=SizesItem,
    summary=gettext_noop("Get a segment's sizes over time"),
    description=gettext_noop("How many customers were in at the end of each day."),
    operation_id="list_sizes",
)
def sizes(request: HttpRequest, segment_id: uuid.UUID, asked: Annotated[SizesQuestion, Query()]) -> Any:
    found = list_sizes(get_segment(segment_id), days=asked.days)
    return {"days": [{"day": day, "members": members} for day, members in found]}


@router.get(
    "/segments/{uuid:segment_id}/overlap",
    response=OverlapItem,
    summary=gettext_noop("Compare two segments"),
    description=gettext_noop("How many customers are in the one, in the other, and in both."),
    operation_id="count_overlap",
)
def overlap(request: HttpRequest, segment_id: uuid.UUID, asked: Annotated[OverlapQuestion, Query()]) -> Any:
    counted = count_overlap(get_segment(segment_id), get_segment(asked.other))
    return {"members": counted.one, "other_members": counted.other, "both": counted.both}


def _say_member(one: Member) -> dict[str, Any]:
    return {
        "customer_id": one.customer.uuid,
        "customer_number": one.customer.external_id,
        "since": one.since,
    }


def _say_segments(found: list[Segment]) -> list[dict[str, Any]]:
    counts, counting = count_members(found), list_counting(found)
    sentences = Sentences(sees_personal=True)  # a program reads the definition itself
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
