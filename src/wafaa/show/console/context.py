"""What the shell around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info

from wafaa.access.staff.rules import DEMO_DOMAIN
from wafaa.show.console.navigation import DAILY, SET_UP, build_links


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
    if staff:
        business = context["business"]
        context["opens_with_printed_password"] = (
            staff.email.endswith(DEMO_DOMAIN) and business is not None and not business.shows_demo
        )
        context["daily_links"] = build_links(DAILY, staff, request.path)
        context["set_up_links"] = build_links(SET_UP, staff, request.path)
    return context
