"""The page that each person is asked on: an invitation of a survey or of a review, and what the message says of it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from wafaa.access.business.queries import get_business
from wafaa.act.messages.queries import Reader, find_readers, find_site, get_house
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.rules import LINK_DAYS, Kind
from wafaa.decide.asking.rules.questions import describe_review, describe_survey
from wafaa.kit import clock
from wafaa.listen.reviews.actions import make_review_invitations
from wafaa.listen.reviews.models import InvitedProduct, ReviewInvitation
from wafaa.listen.reviews.queries import get_invitation_path
from wafaa.listen.reviews.rules import Invitee
from wafaa.listen.surveys.models import Collector, Invitation, Survey
from wafaa.listen.surveys.rules import CollectorKind
from wafaa.listen.surveys.rules.content import Content, read_content

TOKEN_BYTES = 12
COLLECTOR = "asking"


def invite(rule: Rule, asks: Sequence[Ask]) -> list[Ask]:
    """Those who have a page now, with it; of a review those who bought something that they have not reviewed."""
    if rule.kind == Kind.REVIEW:
        return _invite_to_review(rule, asks)
    assert rule.survey is not None, "a rule asks a survey or a review"
    keys = {one.pk: f"{rule.reason}:{one.occasion_key}"[:200] for one in asks}
    collector = _get_collector(rule.survey)
    now = clock.now()
    Invitation.objects.bulk_create(
        (_make_invitation(rule, rule.survey, collector, one, keys[one.pk], now) for one in asks),
        ignore_conflicts=True,
    )
    rows = Invitation.objects.filter(reason_key__in=keys.values())
    made = {one.reason_key: one for one in rows}
    for one in asks:
        one.invitation = made[keys[one.pk]]
    return list(asks)


def _make_invitation(
    rule: Rule, survey: Survey, collector: Collector, ask: Ask, key: str, now: Any
) -> Invitation:
    told = ask.told
    return Invitation(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        survey=survey,
        collector=collector,
        customer_id=ask.customer_id,
        reason=rule.reason[:100],
        reason_key=key,
        order_ref=ask.about,
        product_ref=told.get("product_id", ""),
        store=(told.get("store") or told.get("affiliation", ""))[:100],
        agent=told.get("agent", "")[:100],
        touchpoint=(survey.touchpoint or told.get("event", ""))[:100],
        created_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )


def _get_collector(survey: Survey) -> Collector:
    """The one way of a survey by which it is asked by itself."""
    token = f"{COLLECTOR}-{survey.uuid.hex[:20]}"
    collector, _made = Collector.objects.get_or_create(
        token=token,
        defaults={"survey": survey, "kind": CollectorKind.EMAIL, "name": "", "created_at": clock.now()},
    )
    return collector


def _invite_to_review(rule: Rule, asks: Sequence[Ask]) -> list[Ask]:
    readers = find_readers({one.customer_id for one in asks})
    people = [
        Invitee(
            customer_id=one.customer_id,
            order_ref=one.about,
            language=readers[one.customer_id].language if one.customer_id in readers else "",
            reason=rule.reason[:100],
        )
        for one in asks
        if one.about
    ]
    made = {(one.customer_id, one.order_ref): one for one in make_review_invitations(people=people)}
    for one in asks:
        one.review_invitation = made.get((one.customer_id, one.about))
    return [one for one in asks if one.review_invitation is not None]


class Describer:
    """What messages say of surveys, for one batch: contents and readers are read once."""

    def __init__(self, rules: Sequence[Rule], asks: Sequence[Ask]) -> None:
        self._site = find_site(get_house(), settings.CSRF_TRUSTED_ORIGINS)
        self._fallback = get_business().language
        self._readers: Mapping[int, Reader] = find_readers({one.customer_id for one in asks})
        self._contents: dict[int, Content] = {
            rule.survey.pk: read_content(rule.survey.current_version.content)
            for rule in rules
            if rule.survey is not None and rule.survey.current_version is not None
        }
        items = InvitedProduct.objects.filter(
            invitation__in=[one.review_invitation_id for one in asks if one.review_invitation_id]
        ).order_by("-position")
        self._products = {one.invitation_id: one.product_id for one in items}

    def describe(self, ask: Ask) -> dict[str, Any]:
        """`survey.…`; nobody without an invitation."""
        reader = self._readers.get(ask.customer_id)
        language = (reader.language if reader else "") or self._fallback
        language = language.replace("_", "-").split("-")[0].lower()
        if ask.review_invitation is not None:
            return self._describe_review(ask.review_invitation, language)
        assert ask.invitation is not None, "whoever is asked has a page"
        link = f"{self._site}/s/{ask.invitation.token}/"
        content = self._contents.get(ask.invitation.survey_id)
        return describe_survey(content, language=language, link=link) if content else {"link": link}

    def _describe_review(self, invitation: ReviewInvitation, language: str) -> dict[str, Any]:
        link = f"{self._site}{get_invitation_path(invitation)}"
        product = self._products.get(invitation.pk)
        if product is None:
            return {"link": link}
        return describe_review(language=language, link=link, product_id=product)
