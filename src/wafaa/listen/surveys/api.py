"""Surveys for programs: made of content, published, sent to people by links of their own, and answers read."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema

from wafaa.access.keys.api import ReadKey, WriteKey
from wafaa.kit.api import PAGE_ITEMS, CleanText, Closed, Cursor, Limit, Page, ShortText, cut_page
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.models import Customer
from wafaa.listen.surveys.actions import (
    Invitee,
    make_collector,
    make_invitations,
    make_survey,
    publish_survey,
)
from wafaa.listen.surveys.models import Answer, Collector, Response, Survey
from wafaa.listen.surveys.queries import (
    get_survey,
    invitation_url,
    list_collectors,
    list_surveys,
    make_url,
)

router = Router(auth=ReadKey(), tags=["surveys"])

PEOPLE_MAX = 1_000
Name = Annotated[CleanText, Field(min_length=1, max_length=100)]
Text = Annotated[CleanText, Field(max_length=100)]


class SurveyItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    name: str = Field(description=gettext_noop("What people call it."))
    state: str = Field(description=gettext_noop("draft, open or closed."))
    version: int | None = Field(
        description=gettext_noop("Of what people are asked; null before it is published.")
    )
    touchpoint: str = Field(description=gettext_noop("Where it was asked."))
    content: dict[str, Any] | None = Field(
        description=gettext_noop("What people are asked; null in a list, and before it is published.")
    )
    created_at: datetime = Field(description=gettext_noop("When it was made."))
    changed_at: datetime = Field(description=gettext_noop("When it was last changed."))


class CollectorItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    kind: str = Field(
        description=gettext_noop("link, email, sms, social, qr, embed, popup, kiosk or import.")
    )
    name: str = Field(description=gettext_noop("What people call it."))
    link: str = Field(description=gettext_noop("Where it is answered."))
    store: str = Field(description=gettext_noop("The store's code."))
    agent: str = Field(description=gettext_noop("Who served."))
    is_stopped: bool = Field(description=gettext_noop("Whether it takes no more answers."))


class Collectors(Schema):
    items: list[CollectorItem] = Field(description=gettext_noop("The newest first."))


class InvitationItem(Schema):
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Null of a link that is nobody's."))
    key: str = Field(description=gettext_noop("As it was sent."))
    link: str = Field(description=gettext_noop("Whoever has it answers as that person."))
    expires_at: datetime | None = Field(description=gettext_noop("Until when it can be answered."))


class Invitations(Schema):
    items: list[InvitationItem] = Field(description=gettext_noop("In the order of the people."))


class AnswerItem(Schema):
    question: str = Field(description=gettext_noop("The question's key; of a table question.row."))
    type: str = Field(description=gettext_noop("The question's type."))
    number: float | None = Field(description=gettext_noop("Of scales and numbers; null otherwise."))
    choices: list[str] = Field(
        description=gettext_noop("Keys of the chosen options; of a ranking in its order.")
    )
    text: str = Field(description=gettext_noop("What was written."))
    not_applicable: bool = Field(description=gettext_noop("Whether it does not apply to the person."))


class ResponseItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    state: str = Field(description=gettext_noop("started, partial, complete or screened."))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Null where nobody knows who answered."))
    version: int = Field(description=gettext_noop("Of the survey that was answered."))
    language: str = Field(description=gettext_noop("In which it was answered."))
    channel: str = Field(description=gettext_noop("The kind of the way on which it came."))
    touchpoint: str = Field(description=gettext_noop("Where it was asked."))
    store: str = Field(description=gettext_noop("The store's code."))
    agent: str = Field(description=gettext_noop("Who served."))
    order_id: str = Field(description=gettext_noop("The number of the order; empty without one."))
    started_at: datetime = Field(description=gettext_noop("When the first page was opened."))
    last_at: datetime = Field(description=gettext_noop("When the last page was saved."))
    answers: list[AnswerItem] = Field(description=gettext_noop("What was answered."))


class SurveysQuestion(Closed):
    q: ShortText = Field("", description=gettext_noop("A part of the name."))
    state: Literal["", "draft", "open", "closed"] = Field(
        "", description=gettext_noop("Only those in this state.")
    )
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class ResponsesQuestion(Closed):
    state: Literal["", "started", "partial", "complete", "screened"] = Field(
        "", description=gettext_noop("Only those in this state.")
    )
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class SurveyMaking(Closed):
    name: Name = Field(description=gettext_noop("What people call it."))
    touchpoint: Text = Field("", description=gettext_noop("Where it was asked."))
    content: dict[str, Any] = Field(
        description=gettext_noop("Languages, title, pages of questions and endings, as a survey tells them.")
    )


class CollectorMaking(Closed):
    kind: Literal["link", "email", "sms", "social", "qr", "embed", "popup", "kiosk"] = Field(
        description=gettext_noop("On which way people are asked.")
    )
    name: Text = Field("", description=gettext_noop("What people call it."))
    store: Text = Field("", description=gettext_noop("The store's code."))
    agent: Text = Field("", description=gettext_noop("Who served."))


class Person(Closed):
    customer_id: uuid.UUID | None = Field(None, description=gettext_noop("Null of a link that is nobody's."))
    key: Annotated[CleanText, Field(min_length=1, max_length=100)] = Field(
        description=gettext_noop("Any text of yours, once per asking: the same key gets the same link.")
    )
    order_id: Text = Field("", description=gettext_noop("The number of the order; empty without one."))


class Asking(Closed):
    people: Annotated[list[Person], Field(min_length=1, max_length=PEOPLE_MAX)] = Field(
        description=gettext_noop("Whom to ask.")
    )


@router.get(
    "/surveys",
    response=Page[SurveyItem],
    summary=gettext_noop("List surveys"),
    description=gettext_noop("The newest first."),
    operation_id="list_surveys",
)
def surveys(request: HttpRequest, asked: Annotated[SurveysQuestion, Query()]) -> Any:
    found = list_surveys().select_related("current_version").order_by()
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.q:
        found = found.filter(name__icontains=asked.q)
    return cut_page(
        [Stretch(rows=found, key="created_at", is_descending=True)],
        cursor=asked.cursor,
        limit=asked.limit,
        question=asked.dict(exclude={"cursor", "limit"}),
        say=_say,
    )


@router.post(
    "/surveys",
    response=SurveyItem,
    auth=WriteKey(),
    summary=gettext_noop("Make a survey"),
    description=gettext_noop("A draft; nobody is asked before it is published."),
    operation_id="make_survey",
)
def make(request: HttpRequest, told: Annotated[SurveyMaking, Body()]) -> Any:
    return _say(make_survey(name=told.name, content=told.content, touchpoint=told.touchpoint, by=None))


@router.get(
    "/surveys/{uuid:survey_id}",
    response=SurveyItem,
    summary=gettext_noop("One survey"),
    operation_id="get_survey",
)
def survey(request: HttpRequest, survey_id: uuid.UUID) -> Any:
    return _say_whole(get_survey(survey_id))


@router.post(
    "/surveys/{uuid:survey_id}/publish",
    response=SurveyItem,
    auth=WriteKey(),
    summary=gettext_noop("Publish a survey"),
    description=gettext_noop("Its draft becomes what people are asked; without a draft nothing changes."),
    operation_id="publish_survey",
)
def publish(request: HttpRequest, survey_id: uuid.UUID) -> Any:
    publish_survey(survey=get_survey(survey_id), by=None)
    return _say_whole(get_survey(survey_id))


@router.get(
    "/surveys/{uuid:survey_id}/collectors",
    response=Collectors,
    summary=gettext_noop("List the ways to a survey"),
    operation_id="list_collectors",
)
def collectors(request: HttpRequest, survey_id: uuid.UUID) -> Any:
    return {"items": [_say_way(request, one) for one in list_collectors(get_survey(survey_id))[:1_000]]}


@router.post(
    "/surveys/{uuid:survey_id}/collectors",
    response=CollectorItem,
    auth=WriteKey(),
    summary=gettext_noop("Make a way to a survey"),
    operation_id="make_collector",
)
def add_collector(
    request: HttpRequest, survey_id: uuid.UUID, told: Annotated[CollectorMaking, Body()]
) -> Any:
    made = make_collector(survey=get_survey(survey_id), by=None, **told.dict())
    return _say_way(request, made)


@router.post(
    "/surveys/{uuid:survey_id}/invitations",
    response=Invitations,
    auth=WriteKey(),
    summary=gettext_noop("Make personal links"),
    description=gettext_noop(
        "One for each person, sent by you. Customers who are not known get a link that is nobody's."
    ),
    operation_id="make_invitations",
)
def invite(request: HttpRequest, survey_id: uuid.UUID, told: Annotated[Asking, Body()]) -> Any:
    asked = get_survey(survey_id)
    wanted = {one.customer_id for one in told.people if one.customer_id}
    known = dict(Customer.objects.filter(uuid__in=wanted, merged_into=None).values_list("uuid", "pk"))
    people = [
        Invitee(
            customer_id=known.get(one.customer_id) if one.customer_id else None,
            key=f"api:{asked.uuid}:{one.key}",
            reason="api",
            order_ref=one.order_id,
        )
        for one in told.people
    ]
    made = make_invitations(survey=asked, people=people)
    return {
        "items": [
            {
                "customer_id": one.customer_id if one.customer_id in known else None,
                "key": one.key,
                "link": invitation_url(invitation, site=_site(request)),
                "expires_at": invitation.expires_at,
            }
            for one, invitation in zip(told.people, made, strict=True)
        ]
    }


@router.get(
    "/surveys/{uuid:survey_id}/responses",
    response=Page[ResponseItem],
    summary=gettext_noop("List answers"),
    description=gettext_noop("The last that began first, without tests. Anonymous ones name nobody."),
    operation_id="list_responses",
)
def responses(
    request: HttpRequest, survey_id: uuid.UUID, asked: Annotated[ResponsesQuestion, Query()]
) -> Any:
    found = (
        Response.objects.filter(survey=get_survey(survey_id), is_test=False)
        .select_related("customer", "version")
        .prefetch_related("answers")
    )
    if asked.state:
        found = found.filter(state=asked.state)
    return cut_page(
        [Stretch(rows=found, key="started_at", is_descending=True)],
        cursor=asked.cursor,
        limit=asked.limit,
        question={"survey": str(survey_id), "state": asked.state},
        say=_say_response,
    )


def _site(request: HttpRequest) -> str:
    """What people open: the first address that the installation trusts, else the one that was asked."""
    trusted = [one for one in settings.CSRF_TRUSTED_ORIGINS if "*" not in one]
    return trusted[0] if trusted else request.build_absolute_uri("/").rstrip("/")


def _say(one: Survey) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "name": one.name,
        "state": one.state,
        "version": one.current_version.number if one.current_version else None,
        "touchpoint": one.touchpoint,
        "content": None,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
    }


def _say_whole(one: Survey) -> dict[str, Any]:
    return {**_say(one), "content": one.current_version.content if one.current_version else None}


def _say_way(request: HttpRequest, one: Collector) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "kind": one.kind,
        "name": one.name,
        "link": make_url(one.token, site=_site(request)),
        "store": one.store,
        "agent": one.agent,
        "is_stopped": one.is_stopped,
    }


def _say_response(one: Response) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "state": one.state,
        "customer_id": one.customer.uuid if one.customer else None,
        "version": one.version.number,
        "language": one.language,
        "channel": one.channel,
        "touchpoint": one.touchpoint,
        "store": one.store,
        "agent": one.agent,
        "order_id": one.order_ref,
        "started_at": one.started_at,
        "last_at": one.last_at,
        "answers": [_say_answer(answer) for answer in one.answers.all()],
    }


def _say_answer(one: Answer) -> dict[str, Any]:
    return {
        "question": one.question_key,
        "type": one.type,
        "number": None if one.number is None else float(one.number),
        "choices": list(one.choices),
        "text": one.text,
        "not_applicable": one.not_applicable,
    }
