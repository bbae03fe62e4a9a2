"""Sharing pages, revoking links, and wishing for the weekly mail."""

import gzip
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.know.orders.queries import get_store_scope
from wafaa.show.sending.errors import EndOutOfRange
from wafaa.show.sending.models import CaseMail, SharedPage, WeeklyMail
from wafaa.show.sending.rules import DAYS_MAX, SharedPart, digest_token, make_token


@dataclass(frozen=True, kw_only=True)
class NewShare:
    """`token` exists here and nowhere else."""

    share: SharedPage
    token: str


@transaction.atomic
def share_page(*, part: SharedPart, path: str, language: str, last_day: date, by: Staff) -> NewShare:
    """A link to the page as it stands now, until the end of `last_day`. Raises EndOutOfRange."""
    zone = get_business().zone
    today = clock.today(zone)
    if not today < last_day <= today + timedelta(days=DAYS_MAX):
        raise EndOutOfRange(days=DAYS_MAX)
    token, stores = make_token(), get_store_scope(by)
    share = SharedPage.objects.create(
        token_sha256=digest_token(token),
        title=part.title[:200],
        path=path[:2000],
        language=language,
        sharer=by,
        stores=None if stores is None else list(stores),
        body=gzip.compress(part.body.encode(), mtime=0),
        created_at=clock.now(),
        expires_at=clock.end_of_day(last_day, zone),
    )
    after = {"path": share.path, "until": last_day.isoformat()}
    record_change(staff=by, deed="share_page", subject=share.title, after=after)
    return NewShare(share=share, token=token)


@transaction.atomic
def revoke_share(*, share: SharedPage, by: Staff) -> None:
    """The link shows nothing any more, and what it showed is deleted. Doing it twice notes it once."""
    done = SharedPage.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=clock.now(), body=b"")
    if done:
        record_change(staff=by, deed="revoke_share", subject=share.title)


def note_opening(share: SharedPage) -> None:
    SharedPage.objects.filter(pk=share.pk).update(opened=F("opened") + 1, last_opened_at=clock.now())


def forget_bodies() -> int:
    """Deletes what links showed that are over; the rows stay for the list. How many there were."""
    over = SharedPage.objects.filter(expires_at__lt=clock.now()).exclude(body=b"")
    return over.update(body=b"")


@transaction.atomic
def set_weekly_mail(
    *, staff: Staff, is_on: bool, weekday: int, hour: int, site: str, by: Staff | None
) -> WeeklyMail:
    """Switches a person's mail on or off; the first one comes at the next weekday and hour. `by` None: by its own link."""
    before = WeeklyMail.objects.select_for_update().filter(staff=staff).first()
    old = _describe(before)
    wish, _made = WeeklyMail.objects.update_or_create(
        staff=staff,
        defaults={"is_on": is_on, "weekday": weekday, "hour": hour, "site": site, "since": clock.now()},
    )
    if old != _describe(wish):
        record_change(
            staff=by, deed="set_weekly_mail", subject=str(staff), before=old, after=_describe(wish),
            via="" if by else "List-Unsubscribe",
        )  # fmt: skip
    return wish


@transaction.atomic
def set_case_mail(*, staff: Staff, is_on: bool, hour: int, site: str, by: Staff | None) -> CaseMail:
    """Switches a person's mail of cases on or off; the first one comes at the next such hour. `by` None: by its own link."""
    before = CaseMail.objects.select_for_update().filter(staff=staff).first()
    old = {"is_on": before.is_on, "hour": before.hour} if before else {"is_on": False}
    wish, _made = CaseMail.objects.update_or_create(
        staff=staff, defaults={"is_on": is_on, "hour": hour, "site": site, "since": clock.now()}
    )
    after = {"is_on": is_on, "hour": hour}
    if old != after:
        via = "" if by else "List-Unsubscribe"
        record_change(staff=by, deed="set_case_mail", subject=str(staff), before=old, after=after, via=via)
    return wish


def _describe(wish: WeeklyMail | None) -> dict[str, object]:
    if wish is None:
        return {"is_on": False}
    return {"is_on": wish.is_on, "weekday": wish.weekday, "hour": wish.hour}
