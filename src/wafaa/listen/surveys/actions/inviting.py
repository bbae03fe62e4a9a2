"""Asking people by an address of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from wafaa.kit import clock
from wafaa.listen.surveys.actions.making import make_token
from wafaa.listen.surveys.models import Collector, Invitation, Survey
from wafaa.listen.surveys.queries import make_url
from wafaa.listen.surveys.rules import CollectorKind
from wafaa.listen.surveys.rules.state import Person
from wafaa.listen.surveys.sealing import seal

# Whoever has not answered by then was busy with other things.
EXPIRES_AFTER = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """One person to ask. `key` makes the asking count once: who asks again with it gets the same invitation."""

    customer_id: int | None = None
    key: str | None = None
    reason: str = ""
    order_ref: str = ""
    product_ref: str = ""
    store: str = ""
    agent: str = ""
    touchpoint: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def make_invitations(
    *,
    survey: Survey,
    people: Sequence[Invitee],
    collector: Collector | None = None,
    kind: CollectorKind | str = CollectorKind.EMAIL,
    expires_after: timedelta = EXPIRES_AFTER,
) -> list[Invitation]:
    """One for each, in their order; idempotent by key. Without a collector, the survey's own of that kind."""
    way = collector or get_own_collector(survey, CollectorKind(kind))
    now = clock.now()
    keys = [one.key for one in people if one.key]
    made = {one.reason_key: one for one in Invitation.objects.filter(reason_key__in=keys)} if keys else {}
    fresh: dict[str | int, Invitation] = {}
    for place, one in enumerate(people):
        if one.key in made:
            continue
        fresh.setdefault(
            one.key or place,
            Invitation(
                token=make_token(),
                survey=survey,
                collector=way,
                customer_id=one.customer_id,
                reason=one.reason[:100],
                reason_key=one.key,
                order_ref=one.order_ref[:200],
                product_ref=one.product_ref[:200],
                store=one.store[:100],
                agent=one.agent[:100],
                touchpoint=one.touchpoint[:100],
                hidden=dict(one.hidden),
                created_at=now,
                expires_at=now + expires_after,
            ),
        )
    # another transaction may be making the same ones
    Invitation.objects.bulk_create(fresh.values(), batch_size=2_000, ignore_conflicts=True)
    tokens = [one.token for one in fresh.values()]
    stored = {one.token: one for one in Invitation.objects.filter(token__in=tokens)}
    if len(stored) < len(tokens):
        made = {one.reason_key: one for one in Invitation.objects.filter(reason_key__in=keys)}
    return [
        made[one.key] if one.key in made else stored[fresh[one.key or place].token]
        for place, one in enumerate(people)
    ]


def get_own_collector(survey: Survey, kind: CollectorKind) -> Collector:
    """The one that the house asks by; made when it asks first. The survey's row is locked, so that it is one."""
    Survey.objects.select_for_update().only("pk").get(pk=survey.pk)
    own = Collector.objects.filter(survey=survey, kind=kind.value, settings__own=True).order_by("id").first()
    return own or Collector.objects.create(
        survey=survey,
        kind=kind.value,
        token=make_token(),
        settings={"own": True},
        created_at=clock.now(),
    )


def mark_sent(*, invitation_ids: Sequence[int], at: datetime | None = None) -> int:
    """They were handed over; the first time counts. Returns how many were news."""
    fresh = Invitation.objects.filter(pk__in=invitation_ids, sent_at=None)
    return fresh.update(sent_at=at or clock.now())


def mark_opened(*, invitation_id: int, at: datetime | None) -> None:
    """Its link was opened; the first time counts. None, of an anonymous survey: it says that, not when."""
    Invitation.objects.filter(pk=invitation_id, opened_at=None).update(opened_at=at or F("created_at"))


def sign_customer(*, collector: Collector, customer_id: int, site: str = "") -> str:
    """The address of an open link that knows whose answer it will be; nobody can make one up."""
    person = seal(Person(token=collector.token, customer=customer_id))
    return f"{make_url(collector.token, site=site)}?customer={person}"
