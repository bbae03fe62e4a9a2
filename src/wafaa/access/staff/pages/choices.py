"""The language and the light in which a person reads."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from wafaa.access.staff.actions import set_language
from wafaa.access.staff.decorators import public

# A choice of language or light stays for a year.
CHOICE_AGE_S = 365 * 24 * 3600
THEMES = ("auto", "light", "dark")


@public
@require_POST
def switch_language(request: Any) -> HttpResponse:
    """Remembers the language in a cookie, and with the person where one has signed in."""
    response: HttpResponse = HttpResponseRedirect(_page_before(request))
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=CHOICE_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    if request.staff:
        set_language(staff=request.staff, language=language)
    return response


@public
@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device has it."""
    response: HttpResponse = HttpResponseRedirect(_page_before(request))
    if (theme := request.POST.get("theme", "")) in THEMES:
        response.set_cookie(
            "wafaa_theme",
            theme,
            max_age=CHOICE_AGE_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _page_before(request: HttpRequest) -> str:
    """Where the switch was pressed, if that lies on this host."""
    wanted = request.POST.get("next", "")
    # a word alone would be taken for the name of a page
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
