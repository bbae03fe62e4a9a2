"""What the shell around every page needs to know."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info, ngettext

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import DEMO_DOMAIN, Capability
from wafaa.act.cases.queries import count_waiting
from wafaa.act.points.queries import count_open_requests
from wafaa.decide.gifts.queries import count_asked
from wafaa.decide.rewards.queries import count_heeds
from wafaa.kit import clock
from wafaa.know.notes.queries import count_due
from wafaa.show.console.navigation import (
    CASES_ICON,
    DAILY,
    LOYALTY_ICON,
    REWARDS_ICON,
    SET_UP,
    TASKS_ICON,
    Link,
    build_links,
)
from wafaa.show.guide.rules import find_chapter
from wafaa.show.start.queries import has_nobody


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu, languages and light; for strangers only what the sign-in page shows."""
    staff = getattr(request, "staff", None)
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    context: dict[str, Any] = {
        "staff": staff,
        "business": getattr(request, "business", None),
        "theme": request.COOKIES.get("wafaa_theme", "auto"),
        "other_languages": [get_language_info(code) for code, _ in settings.LANGUAGES if code != language],
    }
    if not staff:
        context["has_nobody"] = SimpleLazyObject(has_nobody)
        context["start_link"] = reverse("start")
    if staff:
        business = context["business"]
        context["opens_with_printed_password"] = (
            staff.email.endswith(DEMO_DOMAIN) and business is not None and not business.shows_demo
        )
        if staff.may(Capability.IMPORT_FILES):
            context["demo_link"] = reverse("start")
        context["guide_link"] = find_guide(request)
        context["daily_links"] = SimpleLazyObject(lambda: _build_daily_links(request, staff))
        context["set_up_links"] = build_links(SET_UP, staff, request.path)
    return context


def find_guide(request: HttpRequest) -> str:
    """The address of the chapter about this page, or of the guide's list."""
    match = request.resolver_match
    chapter = find_chapter(match.url_name or "") if match else ""
    return reverse("guide-chapter", args=[chapter]) if chapter else reverse("guide")


def _build_daily_links(request: Any, staff: Staff) -> list[Link]:
    """Counted only where the menu is drawn: a panel has none."""
    links = build_links(DAILY, staff, request.path)
    badges: dict[str, tuple[int, str]] = {}
    if staff.may(Capability.SEE_PERSONAL):
        due = count_due(staff, clock.today(request.business.zone))
        badges[TASKS_ICON] = (due, ngettext("%(count)s task is due", "%(count)s tasks are due", due))
    if staff.may(Capability.HANDLE_CASES):
        waiting = count_waiting(staff)
        badges[CASES_ICON] = (waiting, ngettext("%(count)s case waits", "%(count)s cases wait", waiting))
    if staff.may(Capability.MANAGE_LOYALTY):
        now = clock.now()
        asked = count_open_requests(now, staff=staff) + count_asked(now, staff=staff)
        badges[LOYALTY_ICON] = (asked, ngettext("%(count)s request waits", "%(count)s requests wait", asked))
        heeds = count_heeds()
        badges[REWARDS_ICON] = (
            heeds,
            ngettext(
                "%(count)s redemption, its order refunded",
                "%(count)s redemptions, their orders refunded",
                heeds,
            ),
        )
    return [_with_badge(link, *badges.get(link.icon, (0, ""))) for link in links]


def _with_badge(link: Link, count: int, words: str) -> Link:
    return replace(link, badge=count, badge_words=words % {"count": count}) if words else link
