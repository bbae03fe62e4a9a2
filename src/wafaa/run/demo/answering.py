"""What the demo shop's customers answer: three surveys of the last months, taken page by page as everybody's answers are.

Who answers and what is decided by the order's number, so that the shop's own chance stays as it is. Satisfaction is that of
the truth; what was late is complained about as late.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from msgspec.structs import replace

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.act.cases.actions import close_case
from wafaa.act.cases.models import Case
from wafaa.act.cases.rules import Cause
from wafaa.decide.asking.models import Rule
from wafaa.decide.asking.rules import is_cool
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.listen.reviews.actions import make_review_invitations, publish_reviews, submit_reviews
from wafaa.listen.reviews.models import Review
from wafaa.listen.reviews.rules import Draft
from wafaa.listen.reviews.rules import Invitee as ReviewInvitee
from wafaa.listen.surveys.actions import (
    Invitee,
    leave_stale,
    make_collector,
    make_invitations,
    make_survey,
    mark_sent,
    open_response,
    publish_survey,
    save_page,
)
from wafaa.listen.surveys.models import Collector, Survey
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.ready import find_ready
from wafaa.listen.surveys.rules import CollectorKind
from wafaa.listen.surveys.rules.going import list_shown
from wafaa.listen.surveys.rules.parts import Question, QuestionType
from wafaa.run.demo.asking import make_demo_rule, note_asks
from wafaa.run.demo.catalogue import BRANCHES
from wafaa.run.demo.events import SOURCE
from wafaa.run.demo.sayings import DELIVERED, EXPLAINED, IMPROVED, LATE, MISMATCHED, REVIEWED, VISITED, choose
from wafaa.run.demo.shop import Order, Shop

TEMPLATES = ("after_delivery", "store_visit", "customer_satisfaction", "nps")
RULED = "after_delivery"
# Long enough that the first who answered had time to come back.
DAYS = 330
# Of 100 who were asked; few enough that the first start stays short.
ANSWERED = {"after_delivery": 20, "store_visit": 2, "customer_satisfaction": 30, "nps": 32}
ASKED = {"after_delivery": 22, "store_visit": 100, "customer_satisfaction": 8, "nps": 9}
SAID = {
    "after_delivery": DELIVERED,
    "store_visit": VISITED,
    "customer_satisfaction": IMPROVED,
    "nps": EXPLAINED,
}
MISMATCHES = 3  # of 100 contented ones who write
WRITES = 55  # of 100
LEAVES = 7  # of 100, after the first page
REVIEWING, QUOTABLE = 2, 60  # of 100
CAUSES = (Cause.DELIVERY, Cause.PRODUCT, Cause.WAITING, Cause.STAFF)
OUTCOMES = (
    "اعتذرنا وأرسلنا بديلًا · Apologised, sent a replacement",
    "أعدنا المبلغ · Refunded",
    "اتصلنا وشكرنا على الملاحظة · Called, thanked for the hint",
)
ANSWERS_AFTER = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Somebody is asked about an order."""

    order: Order
    at: datetime
    satisfaction: int  # 1 to 5
    is_late: bool
    language: str

    def lot(self, salt: str) -> int:
        """0 to 99, always the same."""
        return zlib.crc32(f"{salt}:{self.order.number}".encode()) % 100


@transaction.atomic
def answer_surveys(shop: Shop) -> int:
    """Makes the surveys and has them answered; the number of answers. Does nothing where they stand."""
    if list_demo_surveys():
        return 0
    end = max(order.at for order in shop.orders)
    since, answered = end - timedelta(days=DAYS), 0
    occasions = list(_list_occasions(shop, since))
    people = dict(Customer.objects.filter(source=SOURCE).values_list("external_id", "pk"))
    for template in TEMPLATES:
        with clock.fixed_at(since - timedelta(days=3)):
            survey = _open_survey(template)
            rule = make_demo_rule(survey, since) if template == RULED else None
        chosen = [one for one in occasions if _is_asked(template, one)]
        answered += (
            _answer_in_branches(survey, chosen)
            if template == "store_visit"
            else _answer_mails(survey, template, chosen, people, end, rule=rule)
        )
    leave_stale()
    return answered


def list_demo_surveys() -> list[Survey]:
    """Those that nobody made: who takes the demo out takes them out too."""
    names = [_name(template) for template in TEMPLATES]
    return list(Survey.objects.filter(name__in=names, template_key__in=TEMPLATES, created_by=None))


def _list_occasions(shop: Shop, since: datetime) -> Iterator[Occasion]:
    satisfactions = shop.truth.purchases.satisfaction.tolist()
    for order, satisfaction in zip(shop.orders, satisfactions, strict=False):  # walk-ins have none
        at = order.delivered_at if order.promised_at else order.at
        if at is None or at < since or order.person is None:
            continue
        is_late = order.promised_at is not None and at > order.promised_at + timedelta(days=1)
        yield Occasion(
            order=order,
            at=at + ANSWERS_AFTER,
            satisfaction=int(satisfaction),
            is_late=is_late,
            language=order.person.language,
        )


def _is_asked(template: str, one: Occasion) -> bool:
    is_delivered = one.order.promised_at is not None
    return is_delivered is (template != "store_visit") and one.lot(template) < ASKED[template]


def _open_survey(template: str) -> Survey:
    ready = find_ready(template)
    assert ready is not None
    survey = make_survey(
        name=_name(template),
        content=ready.content,
        by=None,
        template_key=template,
        touchpoint=ready.touchpoint,
    )
    publish_survey(survey=survey, by=None)
    survey.refresh_from_db()
    return survey


def _name(template: str) -> str:
    """In both languages, as branches and products of the demo are called."""
    ready = find_ready(template)
    assert ready is not None
    return f"{ready.name['ar']} · {ready.name['en']}"


def _answer_in_branches(survey: Survey, occasions: Sequence[Occasion]) -> int:
    """By the code on the counter: nobody knows whose answer it is, only where."""
    ways: dict[str, Collector] = {}
    for branch in BRANCHES:
        with clock.fixed_at(survey.created_at):
            ways[branch.code] = make_collector(
                survey=survey, kind=CollectorKind.QR, by=None, name=branch.name, store=branch.code
            )
    answering = [one for one in occasions if one.lot("answers") < ANSWERED["store_visit"]]
    for one in answering:
        _answer(ways[one.order.branch].token, one, VISITED)
    return len(answering)


def _answer_mails(
    survey: Survey,
    template: str,
    occasions: Sequence[Occasion],
    people: Mapping[str, int],
    end: datetime,
    *,
    rule: Rule | None,
) -> int:
    """Each parcel is asked about by a rule, which knows a rest; of the shop as a whole a person is asked once."""
    if rule is None:
        occasions = list({one.order.person: one for one in reversed(occasions)}.values())
    answered, last, rested = 0, dict[int, datetime](), list[tuple[int, str, datetime]]()
    way: Collector | None = None  # looked for once
    for one in sorted(occasions, key=lambda occasion: occasion.at):
        person = one.order.person
        if person is None or person.number not in people or one.at > end:
            continue
        customer = people[person.number]
        if rule is not None and not is_cool(last.get(customer), one.at, rule.cool_down_days):
            rested.append((customer, one.order.number, one.at))
            continue
        last[customer] = one.at
        invitee = Invitee(
            customer_id=customer,
            reason=rule.reason if rule else template,
            order_ref=one.order.number,
            hidden={"order_id": one.order.number},
        )
        with clock.fixed_at(one.at):
            (invitation,) = make_invitations(survey=survey, people=[invitee], collector=way)
            way = way or invitation.collector
            mark_sent(invitation_ids=[invitation.pk])
        if one.lot("answers") < ANSWERED[template]:
            _answer(invitation.token, one, SAID[template])
            answered += 1
    if rule is not None:
        note_asks(rule, rested, end)
    return answered


def _answer(token: str, one: Occasion, said: Mapping[int, Mapping[str, Sequence[str]]]) -> None:
    """Page by page, as people do, with the time that they take."""
    moment = one.at + timedelta(minutes=3 + one.lot("later") * 4)
    with clock.fixed_at(moment):
        opened = open_response(token=token)
    state, content = opened.state, get_content(opened.state.version)
    asked, place = opened.asked, opened.step.page
    while place is not None:
        shown = list_shown(content.pages[place], asked)
        fields = {f"a.{question.key}": value for question in shown if (value := _say(question, one, said))}
        moment += timedelta(seconds=9 + one.lot(f"page {place}") // 5)
        with clock.fixed_at(moment):
            saved = save_page(token=token, state=state, fields=fields, language=one.language)
            opened = open_response(token=token, response=saved.response, page=saved.page)
        asked, place = opened.asked, saved.page
        if one.lot("leaves") < LEAVES:
            return
        state = replace(state, page=place or 0, shown_at=int(moment.timestamp()))


def _say(
    question: Question, one: Occasion, said: Mapping[int, Mapping[str, Sequence[str]]]
) -> Sequence[str] | None:
    """What stands in the fields of one question; None leaves it empty."""
    mood = max(1, min(5, one.satisfaction + (-1, 0, 0, 0, 1)[one.lot(question.key) % 5]))
    match question.type:
        case QuestionType.NPS:
            return [str((1, 4, 7, 8, 10)[mood - 1] - (one.lot("nps") % 3 == 0))]
        case QuestionType.CES | QuestionType.CSAT | QuestionType.RATING:
            first, last = int(question.first), int(question.last)
            return [str(first + round((mood - 1) / 4 * (last - first)))]
        case QuestionType.YES_NO:
            return ["no" if (one.is_late if question.key.endswith("on_time") else mood < 3) else "yes"]
        case QuestionType.SINGLE if question.options:
            spread = min(len(question.options) - 1, (5 - mood) * len(question.options) // 5)
            return [question.options[spread].key]
        case QuestionType.LONG_TEXT if one.lot("writes") < WRITES:
            return [_write(one, said, suggests=question.measure == "suggestion")]
    return None


def _write(one: Occasion, said: Mapping[int, Mapping[str, Sequence[str]]], *, suggests: bool) -> str:
    lot = one.lot("sentence")
    if suggests:  # whoever is asked what to change does not complain of a parcel
        return choose(said.get(max(3, one.satisfaction)) or said[max(said)], one.language, lot)
    if one.satisfaction >= 4 and lot < MISMATCHES:
        return choose(MISMATCHED, one.language, lot)
    if one.is_late and one.satisfaction <= 3:
        return choose(LATE, one.language, lot)
    return choose(said.get(one.satisfaction) or said[min(said)], one.language, lot)


def review_products(shop: Shop) -> int:
    """Some of those who got a parcel write of what was in it; the shop has looked at all but the last week's."""
    end = max(order.at for order in shop.orders)
    if Review.objects.filter(customer__source=SOURCE).exists():
        return 0
    people = dict(Customer.objects.filter(source=SOURCE).values_list("external_id", "pk"))
    written = 0
    for one in _list_occasions(shop, end - timedelta(days=DAYS)):
        person = one.order.person
        if person is None or one.order.promised_at is None or one.lot("reviews") >= REVIEWING or one.at > end:
            continue
        written += _review(one, people[person.number], end)
    return written


def _review(one: Occasion, customer_id: int, end: datetime) -> int:
    with clock.fixed_at(one.at):
        asked = make_review_invitations(
            people=[ReviewInvitee(customer_id=customer_id, order_ref=one.order.number, language=one.language)]
        )
        drafts = {
            product: Draft(
                rating=one.satisfaction,
                text=choose(REVIEWED[one.satisfaction], one.language, one.lot(f"review {product}")),
                name=one.order.person.name.split()[0] if one.order.person else "",
                language=one.language,
                may_quote=one.lot("quote") < QUOTABLE,
            )
            for invitation in asked
            for product in list(invitation.products.values_list("pk", flat=True))[:1]
        }
        written = submit_reviews(invitation=asked[0], drafts=drafts) if asked and drafts else []
    if one.at < end - timedelta(days=7):
        with clock.fixed_at(one.at + timedelta(days=1)):
            publish_reviews(reviews=[review.uuid for review in written], staff=None)
    return len(written)


def settle_cases() -> int:
    """Of the unhappy ones all but the last two weeks' were seen to, most of them within a day."""
    agent = Staff.objects.filter(role=Role.AGENT, is_active=True).order_by("pk").first()
    newest = Case.objects.order_by("-opened_at").values_list("opened_at", flat=True).first()
    if agent is None or newest is None:
        return 0
    old = Case.objects.filter(closed_at=None, opened_at__lt=newest - timedelta(days=14))
    for case in old.order_by("pk"):
        lot = zlib.crc32(str(case.opened_at).encode()) % 100
        with clock.fixed_at(case.opened_at + timedelta(hours=2 + lot // 3)):
            close_case(
                case=case,
                outcome=OUTCOMES[lot % len(OUTCOMES)],
                cause=CAUSES[lot % len(CAUSES)].value,
                by=agent,
            )
    return len(old)
