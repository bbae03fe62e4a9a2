"""Programmes for programs: their rules in words, who is a member, who joins and leaves."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema

from wafaa.access.keys.api import ReadKey, WriteKey
from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.actions import join, leave
from wafaa.decide.loyalty.errors import MemberMissing
from wafaa.decide.loyalty.models import Member, Programme
from wafaa.decide.loyalty.queries import (
    find_published,
    get_programme,
    list_members,
    list_memberships,
    list_programmes,
)
from wafaa.decide.loyalty.rules.content import Earn, read_content
from wafaa.decide.loyalty.words import name_rule, say_rule
from wafaa.kit.api import PAGE_ITEMS, Closed, Cursor, Limit, Money, Page, cut_page, say_money
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["loyalty"])


class ProgrammeItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    state: str = Field(description=gettext_noop("draft, live, paused or ended."))
    unit: str = Field(description=gettext_noop("The code of its main unit."))
    is_automatic: bool = Field(description=gettext_noop("Whether everybody who buys is a member."))


class MembershipItem(Schema):
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    joined_at: datetime = Field(description=gettext_noop("Since when."))


class MemberAsked(Closed):
    customer_id: uuid.UUID = Field(description=gettext_noop("Who joins."))


class RuleItem(Schema):
    rule: int = Field(description=gettext_noop("The rule's number in its programme; it never changes."))
    name: str = Field(description=gettext_noop("What the business calls it."))
    sentence: str = Field(description=gettext_noop("The rule in words."))
    unit: str = Field(description=gettext_noop("What it gives."))


class WorthItem(Schema):
    points: int = Field(description=gettext_noop("So many of the main unit …"))
    money: Money = Field(description=gettext_noop("… are worth so much."))


class ProgrammeDetail(ProgrammeItem):
    members: int = Field(description=gettext_noop("How many members it has."))
    version: int | None = Field(description=gettext_noop("The version of the rules; null before the first."))
    published_at: datetime | None = Field(description=gettext_noop("Since when they hold."))
    worth: WorthItem | None = Field(description=gettext_noop("Null where the business does not say it."))
    rules: list[RuleItem] = Field(description=gettext_noop("In the order in which they are judged."))


class ProgrammeMember(Schema):
    customer_id: uuid.UUID = Field(description=gettext_noop("Who it is."))
    joined_at: datetime = Field(description=gettext_noop("Since when."))
    left_at: datetime | None = Field(
        description=gettext_noop("When they left: nothing is earned from then on; null for members.")
    )
    tiers: list[str] = Field(description=gettext_noop("The tiers that they have, as set:tier."))


class ProgrammeMembersQuestion(Closed):
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


@router.get(
    "/programmes",
    response=list[ProgrammeItem],
    summary=gettext_noop("Programmes"),
    operation_id="list_programmes",
)
def programmes(request: HttpRequest) -> Any:
    return [_say_programme(one) for one in list_programmes()]


@router.get(
    "/customers/{uuid:customer_id}/memberships",
    response=list[MembershipItem],
    summary=gettext_noop("A customer's memberships"),
    operation_id="list_memberships",
)
def memberships(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    return [_say_member(one) for one in list_memberships(get_customer(customer_id).pk)]


@router.post(
    "/programmes/{uuid:programme_id}/members",
    response=MembershipItem,
    auth=WriteKey(),
    summary=gettext_noop("Let a customer join"),
    description=gettext_noop("Who is a member already stays one."),
    operation_id="join_programme",
)
def members(request: HttpRequest, programme_id: uuid.UUID, asked: Annotated[MemberAsked, Body()]) -> Any:
    programme = get_programme(programme_id)
    return _say_member(join(programme=programme, customer_id=get_customer(asked.customer_id).pk, via="api"))


@router.get(
    "/programmes/{uuid:programme_id}",
    response=ProgrammeDetail,
    summary=gettext_noop("One programme"),
    description=gettext_noop("With its rules in words, as they hold now or did before it was paused."),
    operation_id="get_programme",
)
def programme(request: HttpRequest, programme_id: uuid.UUID) -> Any:
    one = get_programme(programme_id)
    version, units = find_published(one), name_units()
    content = read_content(version.content) if version else None
    worth = content.worth if content else None
    return {
        **_say_programme(one),
        "members": list_members(one).count(),
        "version": version.number if version else None,
        "published_at": version.published_at if version else None,
        "worth": {"points": worth.points, "money": say_money(worth.minor, worth.currency)} if worth else None,
        "rules": [_say_rule(each, units) for each in content.rules] if content else [],
    }


@router.get(
    "/programmes/{uuid:programme_id}/members",
    response=Page[ProgrammeMember],
    summary=gettext_noop("Members of a programme"),
    description=gettext_noop("Who joined last comes first; whoever left is not among them."),
    operation_id="list_programme_members",
)
def all_members(
    request: HttpRequest, programme_id: uuid.UUID, asked: Annotated[ProgrammeMembersQuestion, Query()]
) -> Any:
    stretch = Stretch(rows=list_members(get_programme(programme_id)), key="joined_at", is_descending=True)
    question = {"list": "members", "programme": str(programme_id)}
    return cut_page(
        [stretch], cursor=asked.cursor, limit=asked.limit, question=question, say=_say_in_programme
    )


@router.delete(
    "/programmes/{uuid:programme_id}/members/{uuid:customer_id}",
    response=ProgrammeMember,
    auth=WriteKey(),
    summary=gettext_noop("Let a member leave"),
    description=gettext_noop(
        "What they have stays theirs; what happens from now on earns nothing. Who joins again goes on with it."
    ),
    operation_id="leave_programme",
)
def leaving(request: HttpRequest, programme_id: uuid.UUID, customer_id: uuid.UUID) -> Any:
    customer = get_customer(customer_id)
    found = Member.objects.filter(programme=get_programme(programme_id), customer=customer).first()
    if found is None:
        raise MemberMissing
    leave(member=found)
    return _say_in_programme(Member.objects.select_related("customer").get(pk=found.pk))


def name_units() -> Mapping[str, str]:
    return {one.code: name_unit(one) for one in Unit.objects.all()}


def _say_programme(one: Programme) -> Mapping[str, Any]:
    return {
        "id": one.uuid,
        "name": one.name,
        "state": one.state,
        "unit": one.unit.code,
        "is_automatic": one.is_automatic,
    }


def _say_member(one: Member) -> Mapping[str, Any]:
    return {"programme_id": one.programme.uuid, "name": one.programme.name, "joined_at": one.joined_at}


def _say_in_programme(one: Member) -> Mapping[str, Any]:
    assert one.customer is not None  # erased ones are in no list
    return {
        "customer_id": one.customer.uuid,
        "joined_at": one.joined_at,
        "left_at": one.left_at,
        "tiers": one.tiers,
    }


def _say_rule(one: Earn, units: Mapping[str, str]) -> Mapping[str, Any]:
    return {"rule": one.id, "name": name_rule(one), "sentence": say_rule(one, units), "unit": one.unit}
