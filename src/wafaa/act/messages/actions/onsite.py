"""What customers do with messages on the shop's pages: they get them, read them, let a browser be pushed to or not.

Whoever is meant was proven before (proving.py). What happens is told to the stream once, however often a browser says it.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.keys.models import ApiKey
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions.marking import NewMark, NewTouch, note_marks, note_touches, tell_marks
from wafaa.act.messages.back import Back
from wafaa.act.messages.models import InboxEntry, Message, PushSubscription
from wafaa.act.messages.onsite_queries import find_customer_id, list_entries, list_own_ids
from wafaa.kit import clock
from wafaa.know.consents.actions import make_key, record_statements
from wafaa.know.consents.rules import GIVEN, WITHDRAWN, Channel, Statement
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

# Nobody reads in more browsers; the oldest make room.
SUBSCRIPTIONS_MAX = 10
SUBSCRIBED, UNSUBSCRIBED = "Push Subscribed", "Push Unsubscribed"


@transaction.atomic
def open_inbox(*, distinct_id: str) -> list[InboxEntry]:
    """What lies there now, the latest first. What no page had yet is delivered by this."""
    entries = list_entries(find_customer_id(distinct_id))
    fresh = [one for one in entries if one.delivered_at is None]
    if fresh:
        now = clock.now()
        InboxEntry.objects.filter(pk__in=[one.pk for one in fresh], delivered_at=None).update(
            delivered_at=now
        )
        note_delivered(messages=[one.message for one in fresh], at=now)
    return entries


@transaction.atomic
def read_entries(*, distinct_id: str, uuids: Collection[UUID], agent: str) -> int:
    """They were shown to their reader. Returns how many had not been: others' entries, and gone ones, are passed over."""
    entries = list_entries(find_customer_id(distinct_id))
    wanted = set(uuids)
    fresh = [one for one in entries if one.message.uuid in wanted and one.read_at is None]
    now = clock.now()
    read = InboxEntry.objects.filter(pk__in=[one.pk for one in fresh], read_at=None).update(read_at=now)
    note_opened(messages=[one.message for one in fresh], agent=agent, at=now)
    return read


@transaction.atomic
def note_delivered(*, messages: Sequence[Message], at: datetime) -> None:
    """Told once for good: two browsers at the same moment say the same."""
    news = note_marks([NewMark(message_id=one.pk, kind=Back.DELIVERED, at=at) for one in messages])
    tell_marks(news, {one.pk: one for one in messages})


def note_opened(*, messages: Sequence[Message], agent: str, at: datetime) -> None:
    """Judged with all other openings and presses (judging.py), and told then: crawlers open panels too."""
    note_touches([NewTouch(message_id=one.pk, kind=Back.OPENED, at=at, agent=agent) for one in messages])


def digest_endpoint(endpoint: str) -> UUID:
    return UUID(hashlib.sha256(endpoint.encode()).hexdigest()[:32])


@transaction.atomic
def subscribe(
    *,
    distinct_id: str,
    endpoint: str,
    p256dh: str,
    auth: str,
    source: str,
    purposes: Collection[str] = (),
    language: str = "",
    place: str = "",
    text_version: str = "",
    expires_at: datetime | None = None,
) -> bool:
    """A browser may be pushed to: that is the consent, with the page on which it was given. Whether that is news.

    A browser is one person's at a time: whoever presses the button on it has it from then on.
    """
    now = clock.now()
    told = {
        "endpoint": endpoint,
        "p256dh": p256dh,
        "auth": auth,
        "distinct_id": distinct_id,
        "language": language[:10],
        "source": source,
        "place": place[:200],
        "expires_at": expires_at,
    }
    digest = digest_endpoint(endpoint)
    row, is_new = PushSubscription.objects.select_for_update().get_or_create(
        digest=digest, defaults={**told, "created_at": now}
    )
    if not is_new and row.distinct_id == distinct_id:
        PushSubscription.objects.filter(pk=row.pk).update(**told)
        return False
    if not is_new:
        _tell_push(UNSUBSCRIBED, row, why="other_person")
        PushSubscription.objects.filter(pk=row.pk).update(**told, created_at=now)
        row.refresh_from_db()
    _tell_push(SUBSCRIBED, row)
    _consent(row, purposes, is_given=True, text_version=text_version)
    _leave_the_latest(distinct_id)
    return True


def _leave_the_latest(distinct_id: str) -> None:
    theirs = PushSubscription.objects.filter(distinct_id=distinct_id).order_by("-created_at", "-pk")
    for row in theirs[SUBSCRIPTIONS_MAX:]:
        _end(row, why="too_many")


@transaction.atomic
def check_browser(*, distinct_id: str, endpoint: str) -> bool:
    """Whether this browser is subscribed for whoever is before it. If it was somebody else's it is theirs no more: they
    are gone from it, and what is pushed to them is not for these eyes.
    """
    row = PushSubscription.objects.select_for_update().filter(digest=digest_endpoint(endpoint)).first()
    if row is None:
        return False
    if row.distinct_id in {distinct_id, *list_own_ids(find_customer_id(distinct_id))}:
        return True
    _end(row, why="other_person")
    return False


@transaction.atomic
def end_subscription(*, endpoint: str, why: str, purposes: Collection[str] = ()) -> bool:
    """`why`: stopped (by its reader, who with the last browser withdraws the consent for `purposes`), signed_out, gone (as
    the push service says). Whether there was one. Whoever knows the endpoint may say it: only its browser and we do.
    """
    row = PushSubscription.objects.select_for_update().filter(digest=digest_endpoint(endpoint)).first()
    if row is None:
        return False
    _end(row, why=why)
    if why == "stopped":
        own = {row.distinct_id, *list_own_ids(find_customer_id(row.distinct_id))}
        if not PushSubscription.objects.filter(distinct_id__in=own).exists():
            _consent(row, purposes, is_given=False)
    return True


def _end(row: PushSubscription, *, why: str) -> None:
    _tell_push(UNSUBSCRIBED, row, why=why)
    row.delete()


def _mark(row: PushSubscription) -> str:
    """Of this press of the button: by whom, in which browser, when."""
    told = f"{row.digest}\0{row.distinct_id}\0{row.created_at.isoformat()}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _tell_push(name: str, row: PushSubscription, *, why: str = "") -> None:
    """Nothing of the endpoint is told: who knows it is its browser."""
    word = name.rpartition(" ")[2].lower()
    told = {"subscription": str(row.digest), "place": row.place, "why": why}
    record_event(
        event=NewEvent(
            message_id=f"push:{_mark(row)}:{word}",
            type="track",
            name=name,
            distinct_id=row.distinct_id,
            occurred_at=clock.now(),
            properties={key: value for key, value in told.items() if value},
            source=row.source,
        )
    )


def _consent(
    row: PushSubscription, purposes: Collection[str], *, is_given: bool, text_version: str = ""
) -> None:
    """Written at once, and told as the event that it is; the same when it comes back from the stream."""
    now = clock.now()
    message_id = f"push:{_mark(row)}:consent:{is_given}"
    proof = {"subscription": str(row.digest)}
    wanted = sorted(set(purposes))
    record_statements(
        [
            Statement(
                key=make_key(message_id, Channel.PUSH, purpose),
                distinct_id=row.distinct_id,
                channel=Channel.PUSH,
                purpose=purpose,
                is_given=is_given,
                at=now,
                source=row.source,
                place=row.place,
                text_version=text_version,
                proof=proof,
            )
            for purpose in wanted
        ]
    )
    if wanted:
        record_event(
            event=NewEvent(
                message_id=message_id,
                type="track",
                name=GIVEN if is_given else WITHDRAWN,
                distinct_id=row.distinct_id,
                occurred_at=now,
                properties={
                    "channel": str(Channel.PUSH),
                    "purpose": wanted,
                    "source": row.place,
                    "proof": proof,
                    **({"text_version": text_version} if text_version else {}),
                },
                source=row.source,
            )
        )


def note_secret_shown(*, key: ApiKey, by: Staff) -> None:
    """Whoever has seen the secret can sign for any customer."""
    record_change(staff=by, deed="show_user_secret", subject=str(key))
