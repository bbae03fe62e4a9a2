"""The pages themselves: one to answer, one that ends, one for a survey that takes no more, one for what went wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from wafaa.kit.errors import WafaaError
from wafaa.listen.surveys.actions import Opened
from wafaa.listen.surveys.answering.showing import Drawing, QuestionShown
from wafaa.listen.surveys.rules.content import Outcome
from wafaa.listen.surveys.rules.piping import fill_words
from wafaa.listen.surveys.rules.taking import AnswerWrong
from wafaa.listen.surveys.words import say_answer

RTL = frozenset({"ar", "fa", "he", "ur"})
NAMES = {"ar": "العربية", "en": "English", "fr": "Français", "tr": "Türkçe", "ur": "اردو", "fa": "فارسی"}
_CLOSED: dict[str, tuple[str | Promise, str | Promise]] = {
    "closed": (
        gettext_lazy("This survey has ended"),
        gettext_lazy("Thank you for wanting to answer. It takes no more answers."),
    ),
    "early": (
        gettext_lazy("This survey has not begun yet"),
        gettext_lazy("Please come back a little later."),
    ),
    "quota": (
        gettext_lazy("We have heard enough"),
        gettext_lazy("As many people as we wanted to ask have answered. Thank you."),
    ),
    "expired": (
        gettext_lazy("This link is too old"),
        gettext_lazy("It was good for some time only. If you want to tell us something, write to us."),
    ),
    "answered": (
        gettext_lazy("You have answered already"),
        gettext_lazy("Each invitation counts once. Thank you for your answers."),
    ),
}


def say_house() -> dict[str, str]:
    """Words that stand beside every survey's own."""
    return {
        "yes": pgettext("answer", "Yes"),
        "no": pgettext("answer", "No"),
        "agree": _("I agree"),
        "other": _("Something else"),
        "na": _("Does not apply to me"),
        "name": _("Name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
    }


def _render(
    name: str, request: HttpRequest, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Without the console's context: no session, no staff."""
    language = context.get("language") or request.GET.get("lang") or "ar"
    whole = {
        "dir": "rtl" if language in RTL else "ltr",
        "is_embedded": request.GET.get("embed") == "1",
        **context,
        "language": language,
    }
    return HttpResponse(get_template(f"surveys/answering/{name}.html").render(whole), status=status)


def show_page(
    request: HttpRequest,
    *,
    opened: Opened,
    place: int,
    drawing: Drawing,
    language: str,
    questions: Sequence[QuestionShown],
    wrong: Mapping[str, AnswerWrong],
    context: Mapping[str, Any],
) -> HttpResponse:
    """The page at `place`."""
    content = opened.content
    page = content.pages[place]
    whole = wrong.get("")
    shown = {
        "language": language,
        "title": drawing.say(content.title),
        "welcome": drawing.say(content.welcome) if content.welcome and opened.loaded.held is None else "",
        "page_title": drawing.say(page.title),
        "questions": questions,
        "wrong": len(wrong),
        "error": say_answer(whole.code, whole.facts) if whole else "",
        "number": place + 1,
        "many": len(content.pages),
        "is_last": place + 1 == len(content.pages),
        "is_anonymous": content.anonymous,
        "is_test": opened.state.is_test,
        **context,
        "languages": _name(context["languages"]),
    }
    return _render("page", request, shown, status=422 if wrong else 200)


def show_outcome(
    request: HttpRequest,
    *,
    opened: Opened,
    language: str,
    outcome: Outcome | None,
    points: int | None,
    context: Mapping[str, Any],
) -> HttpResponse:
    """The end, in the survey's own words or in the house's."""
    content, asked = opened.content, opened.asked
    scored = outcome is not None and (outcome.min_points is not None or outcome.max_points is not None)

    def say(words: Mapping[str, str]) -> str:
        return fill_words(words, content, asked, language)

    shown = {
        "language": language,
        "title": say(content.title),
        "heading": say(outcome.title) if outcome else _("Thank you"),
        "text": say(outcome.text) if outcome else _("Your answers have arrived."),
        "link": {"text": say(outcome.link.text), "url": outcome.link.url}
        if outcome and outcome.link
        else None,
        "points": points if scored else None,
        "is_test": opened.state.is_test,
        **context,
        "languages": _name(context["languages"]),
    }
    return _render("outcome", request, shown)


def _name(languages: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"code": code, "name": NAMES.get(code, code), "address": address} for code, address in languages]


def show_closed(request: HttpRequest, *, reason: str) -> HttpResponse:
    """Why this survey cannot be answered; 410, so that programs know, too."""
    heading, text = _CLOSED[reason]
    return _render("outcome", request, {"heading": heading, "text": text, "title": heading}, status=410)


def show_trouble(
    request: HttpRequest, *, status: int, error: WafaaError | None = None, retry_after_s: int | None = None
) -> HttpResponse:
    """What happened, and what to do."""
    text = (
        str(error)
        if error
        else _("We cannot take answers at this moment. What you saved is kept; try again in a minute.")
    )
    heading = _("That did not work")
    response = _render(
        "outcome", request, {"heading": heading, "text": text, "title": heading}, status=status
    )
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
