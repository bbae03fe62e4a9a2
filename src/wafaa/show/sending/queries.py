"""Reads of shared pages and weekly mails."""

import gzip
from collections.abc import Iterable
from functools import cache
from uuid import UUID

from django.db.models import QuerySet

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock
from wafaa.know.orders.queries import get_store_scope
from wafaa.show.sending.errors import ShareNotFound
from wafaa.show.sending.models import CaseMail, Delivery, SharedPage, WeeklyMail
from wafaa.show.sending.rules import Kind, covers, digest_token


def list_shares(staff: Staff) -> QuerySet[SharedPage]:
    """One's own links, newest first; who looks after staff sees everybody's."""
    found = SharedPage.objects.defer("body").select_related("sharer").order_by("-created_at", "-id")
    return found if staff.may(Capability.MANAGE_STAFF) else found.filter(sharer=staff)


def get_share(share_uuid: UUID, staff: Staff) -> SharedPage:
    """A link that this person may revoke. Raises ShareNotFound."""
    share = list_shares(staff).filter(uuid=share_uuid).first()
    if share is None:
        raise ShareNotFound
    return share


def find_share(token: str) -> SharedPage | None:
    return SharedPage.objects.select_related("sharer").filter(token_sha256=digest_token(token)).first()


def find_alive(shares: Iterable[SharedPage]) -> set[SharedPage]:
    """Those that are neither revoked nor over, and whose sharer may still see what they show."""
    get_scope = cache(get_store_scope)  # one look-up for all links of a person

    def is_alive(share: SharedPage) -> bool:
        sharer = share.sharer
        if share.revoked_at or share.expires_at <= clock.now() or not isinstance(sharer, Staff):
            return False
        return sharer.may(Capability.EXPORT_FIGURES) and covers(get_scope(sharer), share.stores)

    return {share for share in shares if is_alive(share)}


def read_body(share: SharedPage) -> str:
    return gzip.decompress(bytes(share.body)).decode()


def find_weekly_mail(staff: Staff) -> WeeklyMail | None:
    return WeeklyMail.objects.filter(staff=staff).first()


def find_case_mail(staff: Staff) -> CaseMail | None:
    return CaseMail.objects.filter(staff=staff).first()


def list_wanted_of_cases() -> QuerySet[CaseMail]:
    """As list_wanted."""
    return CaseMail.objects.filter(is_on=True, staff__is_active=True).select_related("staff").order_by("id")


def list_wanted() -> QuerySet[WeeklyMail]:
    """Of people who may sign in; whether they may see figures is asked before each mail."""
    return WeeklyMail.objects.filter(is_on=True, staff__is_active=True).select_related("staff").order_by("id")


def list_readers() -> list[tuple[Staff, WeeklyMail | None]]:
    """Everybody who may get figures by mail, each with their wish."""
    wishes = {wish.staff_id: wish for wish in WeeklyMail.objects.all()}
    return [(one, wishes.get(one.pk)) for one in list_staff() if one.may(Capability.SEE_FIGURES)]


def find_last_delivery(staff: Staff, kind: Kind = Kind.WEEKLY) -> Delivery | None:
    return Delivery.objects.filter(staff=staff, kind=kind).order_by("-week").first()
