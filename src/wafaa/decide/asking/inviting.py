"""The page that each person is asked on: an invitation of a survey or of a review, and what the message says of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from wafaa.access.business.queries import get_business
from wafaa.act.messages.queries import Reader, find_readers, find_site, get_house
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.rules import LINK_DAYS, Kind
from wafaa.decide.asking.rules.questions import describe_review
from wafaa.listen.reviews.actions import make_review_invitations
from wafaa.listen.reviews.models import InvitedProduct, ReviewInvitation
from wafaa.listen.reviews.queries import get_invitation_path
from wafaa.listen.reviews.rules import Invitee
from wafaa.listen.surveys.actions import Invitee as SurveyInvitee
from wafaa.listen.surveys.actions import make_invitations
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import get_content, invitation_url
from wafaa.listen.surveys.rules import CollectorKind
from wafaa.listen.surveys.rules.content import Content
from wafaa.listen.surveys.rules.first_question import describe_survey


def invite(rule: Rule, asks: Sequence[Ask]) -> list[Ask]:
    """Those who have a page now, with it; of a review those who bought something that they have not reviewed."""
    if rule.kind == Kind.REVIEW:
        return _invite_to_review(rule, asks)
    assert rule.survey is not None, "a rule asks a survey or a review"
    people = [_make_invitee(rule, rule.survey, one) for one in asks]
    made = make_invitations(
        survey=rule.survey,
        people=people,
        kind=_find_way(rule.channel),
        expires_after=timedelta(days=LINK_DAYS),
    )
    for ask, invitation in zip(asks, made, strict=True):
        ask.invitation = invitation
    return list(asks)


def _find_way(channel: str) -> CollectorKind:
    """By which way of the survey its answers come in."""
    return CollectorKind.SMS if channel in {"sms", "whatsapp"} else CollectorKind.EMAIL


def _make_invitee(rule: Rule, survey: Survey, ask: Ask) -> SurveyInvitee:
    told = ask.told
    return SurveyInvitee(
        customer_id=ask.customer_id,
        key=f"{rule.reason}:{ask.occasion_key}",
        reason=rule.reason,
        order_ref=ask.about,
        product_ref=told.get("product_id", ""),
        store=told.get("store") or told.get("affiliation", ""),
        agent=told.get("agent", ""),
        touchpoint=survey.touchpoint or told.get("event", ""),
        hidden={"order_id": ask.about} if ask.about else {},
    )


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
            rule.survey.pk: get_content(rule.survey.current_version.pk)
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
        link = invitation_url(ask.invitation, site=self._site)
        content = self._contents.get(ask.invitation.survey_id)
        return describe_survey(content, language=language, link=link) if content else {"link": link}

    def _describe_review(self, invitation: ReviewInvitation, language: str) -> dict[str, Any]:
        link = f"{self._site}{get_invitation_path(invitation)}"
        product = self._products.get(invitation.pk)
        if product is None:
            return {"link": link}
        return describe_review(language=language, link=link, product_id=product)
