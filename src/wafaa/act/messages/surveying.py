"""A survey's first question in any message: its block names the survey, and each reader gets an invitation of their own.

Whoever was asked something lately, or has a complaint that is open, reads the message without the question.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from wafaa.access.business.queries import get_business
from wafaa.act.messages.queries import Outgoing
from wafaa.act.messages.rendering.survey import NAMED, QUIET_TAG
from wafaa.kit import clock
from wafaa.listen.surveys.actions import Invitee, make_invitations, mark_sent
from wafaa.listen.surveys.models import Invitation, Survey
from wafaa.listen.surveys.queries import get_content, invitation_url, make_url
from wafaa.listen.surveys.rules import CollectorKind, SurveyState
from wafaa.listen.surveys.rules.content import Content
from wafaa.listen.surveys.rules.first_question import describe_survey, find_first

# Rest counts over all that is asked, as rules of asking count it after one purchase.
REST = timedelta(days=7)
LINK_LIVES = timedelta(days=30)
REASON = "message"
SAMPLE_SITE = "https://shop.example"


def name_block(survey: Survey) -> str:
    """How a text names it; a survey's name may change, and stand in any letters."""
    return f"{NAMED}{survey.uuid.hex[-8:]}"


def list_askable() -> list[Survey]:
    """Those whose first question a message can ask, the newest first."""
    found = Survey.objects.filter(state=SurveyState.OPEN).select_related("current_version")
    published = found.exclude(current_version=None).order_by("-created_at", "-id")
    return [one for one in published if find_first(_read(one)) is not None]


def read_survey_blocks() -> dict[str, dict[str, str]]:
    """A block for each survey that ever was published: a closed one is silent, it breaks no text."""
    known = Survey.objects.exclude(current_version=None).only("uuid")
    return {name_block(one): {"": QUIET_TAG} for one in known}


def find_block(blocks: Iterable[str]) -> str:
    """The survey's among the blocks of a version; a message asks one."""
    return next((one for one in blocks if one.startswith(NAMED)), "")


def describe_sample(blocks: Iterable[str], language: str) -> dict[str, Any]:
    """`survey` as a preview and a test show it: the true question, by a link that leads nowhere."""
    survey = _find_open({find_block(blocks)}).get(find_block(blocks))
    return {"survey": _describe(survey, language, make_url("sample", site=SAMPLE_SITE))} if survey else {}


def ask_readers(rows: Sequence[Outgoing], blocks: Mapping[UUID, str], *, site: str) -> dict[int, Any]:
    """`survey` of each message that asks, by its id. Prepared again it is the same invitation. `blocks` by template."""
    asking = [row for row in rows if row.template in blocks and "survey" not in row.values]
    surveys = _find_open({blocks[row.template] for row in asking}) if asking else {}
    resting = _find_resting({row.reader.customer_id for row in asking}) if surveys else set()
    by_way: dict[tuple[str, CollectorKind], list[Outgoing]] = defaultdict(list)
    for row in asking:
        if blocks[row.template] in surveys and row.reader.customer_id not in resting:
            way = CollectorKind.EMAIL if row.channel == "email" else CollectorKind.SMS
            by_way[blocks[row.template], way].append(row)
    asked: dict[int, Any] = {}
    for (block, way), some in by_way.items():
        made = make_invitations(
            survey=surveys[block],
            people=[_invite(row, surveys[block]) for row in some],
            kind=way,
            expires_after=LINK_LIVES,
        )
        for row, invitation in zip(some, made, strict=True):
            link = invitation_url(invitation, site=site)
            asked[row.id] = _describe(surveys[block], row.reader.language, link)
    return asked


def _find_open(blocks: Collection[str]) -> dict[str, Survey]:
    if not any(blocks):
        return {}
    return {name: one for one in list_askable() if (name := name_block(one)) in blocks}


def _find_resting(customer_ids: Collection[int]) -> set[int]:
    lately = Invitation.objects.filter(customer__in=customer_ids, sent_at__gt=clock.now() - REST)
    resting = {pk for pk in lately.values_list("customer", flat=True) if pk is not None}
    for name in settings.SURVEY_BLOCKERS:
        resting |= import_string(name)(customer_ids)
    return resting


def _invite(row: Outgoing, survey: Survey) -> Invitee:
    order = row.values.get("order")
    return Invitee(
        customer_id=row.reader.customer_id,
        key=_make_key(row.id),
        reason=REASON,
        order_ref=str(order.get("number") or "") if isinstance(order, Mapping) else "",
        touchpoint=survey.touchpoint,
    )


def _make_key(message_id: int) -> str:
    return f"{REASON}:{message_id}"


def _describe(survey: Survey, language: str, link: str) -> dict[str, Any]:
    spoken = (language or get_business().language).replace("_", "-").split("-")[0].lower()
    return describe_survey(_read(survey), language=spoken, link=link)


def _read(survey: Survey) -> Content:
    assert survey.current_version_id is not None, "only what is published is asked"
    return get_content(survey.current_version_id)


def note_asked(message_ids: Collection[int]) -> None:
    """These messages went out, so their readers were asked."""
    keys = [_make_key(one) for one in message_ids]
    sent = Invitation.objects.filter(reason_key__in=keys).values_list("pk", flat=True)
    mark_sent(invitation_ids=list(sent))
