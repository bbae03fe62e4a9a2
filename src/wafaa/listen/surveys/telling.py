"""What the stream is told of a response."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from wafaa.listen.surveys.rules import ANSWERED, SOURCE
from wafaa.listen.surveys.rules.content import Content
from wafaa.listen.surveys.rules.given import Value
from wafaa.listen.surveys.rules.judging import describe_answers, judge
from wafaa.stream.rules import NewEvent


class Context(NamedTuple):
    """Of whom and of what the event speaks; of an anonymous response places and times only."""

    response: UUID
    survey: UUID
    survey_name: str
    version: int
    template: str
    channel: str
    touchpoint: str
    agent: str
    store: str
    product: str
    order_ref: str
    language: str
    distinct_id: str  # "" where nobody is known
    seconds: int
    is_anonymous: bool


def coarsen(moment: datetime) -> datetime:
    """The hour in which it lies: all that an anonymous response keeps of a time."""
    return moment.replace(minute=0, second=0, microsecond=0)


def make_event(
    *,
    context: Context,
    content: Content,
    answers: Mapping[str, Value],
    at: datetime,
    is_partial: bool = False,
    edit: int = 0,
) -> NewEvent:
    """“Survey Answered”, once for the end, once for being left, and once for each time it was changed afterwards."""
    judged = judge(content, answers)
    suffix = ":partial" if is_partial else f":edit-{edit}" if edit else ""
    properties: dict[str, Any] = {
        "survey_id": str(context.survey),
        "survey": context.survey_name,
        "version": context.version,
        "template": context.template,
        "response_id": str(context.response),
        "channel": context.channel,
        "touchpoint": context.touchpoint,
        "agent": context.agent,
        "store": context.store,
        "product_id": context.product,
        "order_id": context.order_ref,
        "language": context.language,
        "is_partial": is_partial,
        "is_anonymous": context.is_anonymous,
        "seconds": context.seconds,
        **judged.scores,
        "is_low": judged.is_low,
        **({"lowest": judged.lowest} if judged.lowest else {}),
        "answers": describe_answers(content, answers, context.language, anonymous=context.is_anonymous),
    }
    nobody = "anonymous" if context.is_anonymous else "survey"
    return NewEvent(
        message_id=f"survey-answered:{context.response}{suffix}",
        type="track",
        name=ANSWERED,
        distinct_id=context.distinct_id or f"{nobody}:{context.response}",
        occurred_at=coarsen(at) if context.is_anonymous else at,
        properties={name: value for name, value in properties.items() if value not in ("", None)},
        source=SOURCE,
    )
