"""Below /s/<token>/ a survey is answered: plain forms that carry, sealed, what they belong to. No cookie, no script.

GET shows where somebody stands and writes nothing but that an invitation was opened, so that scanners of mails answer nothing.
POST takes a page and sends on to the next (303), so that a page can be loaded again, left, and found again by its address.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import translation

from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.kit import clock
from wafaa.kit.addresses import limit_subject, read_client
from wafaa.kit.errors import BodyBroken, WafaaError
from wafaa.kit.trouble import explain
from wafaa.listen.reviews.actions.sites import SiteLink, show_sites_after_answer
from wafaa.listen.surveys.actions import Opened, mark_opened, open_response
from wafaa.listen.surveys.actions.filing import is_welcome, save_page_with_files
from wafaa.listen.surveys.answering.showing import Drawing
from wafaa.listen.surveys.answering.views import say_house, show_closed, show_outcome, show_page, show_trouble
from wafaa.listen.surveys.errors import AnswersLate, AnswersRefused, FormStale, FormTooLarge, LinkClosed
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules.content import Content, QuestionType
from wafaa.listen.surveys.rules.files import FILE_BYTES_MAX
from wafaa.listen.surveys.rules.going import choose_outcome, sum_points
from wafaa.listen.surveys.rules.state import FormState, Person, Resume
from wafaa.listen.surveys.rules.taking import PREFIX, AnswerWrong, Taken
from wafaa.listen.surveys.sealing import seal, unseal

log = logging.getLogger(__name__)

PREFIX_OF_ADDRESSES = "/s/"
# A page of text; a form with files may carry three.
FORM_BYTES_MAX = 1024**2
FILES_BYTES_MAX = 3 * FILE_BYTES_MAX + FORM_BYTES_MAX
# A whole cafe answers over one address after its event; more than one a second for long is a machine.
ANSWERING = Limit(name="survey_answers", burst=120, every_s=1)
TRAP = "website"  # a field that people don't see
STATE = "state"
RTL = frozenset({"ar", "fa", "he", "ur"})
LANGUAGES_OF_HOUSE = frozenset({"ar", "en"})


def is_answering(path: str) -> bool:
    """Whether an address is one of these."""
    return path.startswith(PREFIX_OF_ADDRESSES)


def answer(request: HttpRequest) -> HttpResponse:
    """To any address of which is_answering holds."""
    token = request.path_info.removeprefix(PREFIX_OF_ADDRESSES).strip("/")
    query = request.GET
    language = _choose_language(query.get("lang", ""), request)
    try:
        with translation.override(language if language in LANGUAGES_OF_HOUSE else "en"):
            try:
                response = _answer(request, token)
            except Exception as error:
                response = _say(request, error)
    finally:
        for upload in _list_uploads(request):
            upload.close()
    return _dress(request, response)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        return _take(request, token)
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, POST"})
    return _open(request, token)


def _open(request: HttpRequest, token: str) -> HttpResponse:
    query = request.GET
    resume = unseal(query.get("r", ""), Resume)
    if resume and resume.token != token:
        resume = None
    person = unseal(query.get("customer", ""), Person)
    opened = open_response(
        token=token,
        response=resume.response if resume else None,
        customer_id=person.customer if person and person.token == token else None,
        hidden={name: str(value) for name, value in query.items() if not name.startswith(PREFIX)},
    )
    if (page := query.get("page")) and opened.loaded.held:
        place = opened.content.find_page(page)
        opened = open_response(token=token, response=opened.state.response, page=place)
        if opened.is_done and not _may_edit(opened):
            raise AnswersLate
    _note_opened(opened)
    language = _speak(opened.content, request)
    if opened.step.page is None:
        return _end(request, opened, language)
    given = {name: query.getlist(name) for name in query if name.startswith(PREFIX)}
    return _draw(request, opened, language, fields=given or None)


def _note_opened(opened: Opened) -> None:
    invited = opened.loaded.invited
    if invited and invited.opened_at is None:
        mark_opened(invitation_id=invited.id, at=None if opened.content.anonymous else clock.now())


def _may_edit(opened: Opened) -> bool:
    held = opened.loaded.held
    return bool(held and held.edit_until and clock.now() < held.edit_until)


def _take(request: HttpRequest, token: str) -> HttpResponse:
    """Raises FormTooLarge, FormStale, TooManyAttempts, and what save_page raises."""
    fields, files = _read(request)
    state = unseal(next(iter(fields.get(STATE, ())), ""), FormState)
    if state is None or state.token != token:
        raise FormStale
    if state.page == 0:
        _count_address(limit_subject(read_client(request)))
    language = next(iter(fields.get("language", ())), "")
    welcome = {name.removeprefix(PREFIX): file for name, file in files.items() if name.startswith(PREFIX)}
    try:
        if any(fields.get(TRAP, ())):
            raise AnswersRefused(taken=Taken(wrong={"": AnswerWrong("trap")}))
        for key, file in welcome.items():
            if not is_welcome(file):
                limit = FILE_BYTES_MAX // 1024**2
                raise AnswersRefused(taken=Taken(wrong={key: AnswerWrong("file", limit=limit)}))
        saved = save_page_with_files(
            files=welcome, token=token, state=state, fields=fields, language=_clean_language(language)
        )
    except AnswersRefused as error:
        return _ask_again(request, token, state, fields, error)
    query = _keep(request) | {"r": seal(Resume(token=token, response=saved.response))}
    if saved.page is not None and request.GET.get("page"):
        query["page"] = get_content(state.version).pages[saved.page].key
    address = f"{request.path_info}?{urlencode(query)}"
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def _count_address(subject: str) -> None:
    """The first statement of hundreds a second: that it runs shows that the connection lives, which else is asked for before."""
    if not settings.RATE_LIMITS:
        return
    connection.health_check_done = True  # type: ignore[attr-defined]  # asked for by its cursor()
    try:
        take(ANSWERING, subject)
    except OperationalError:
        connection.close()
        take(ANSWERING, subject)


def _clean_language(text: str) -> str:
    return text if len(text) == 2 and text.isascii() and text.isalpha() else "ar"


def _ask_again(
    request: HttpRequest, token: str, state: FormState, fields: Mapping[str, list[str]], error: AnswersRefused
) -> HttpResponse:
    """The same page, with what was sent in its fields and what is wrong beside them."""
    opened = open_response(
        token=token, response=state.response, customer_id=state.customer, hidden=state.hidden, page=state.page
    )
    language = _speak(opened.content, request)
    taken: Taken = error.facts["taken"]
    return _draw(request, opened, language, fields=fields, wrong=taken.wrong, state=state)


def _read(request: HttpRequest) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """The form's fields and its files. Raises FormTooLarge, BodyBroken."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_multipart = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    most = FILES_BYTES_MAX if is_multipart else FORM_BYTES_MAX
    if not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > most:
        raise FormTooLarge
    try:
        posted = request.POST
        return {name: posted.getlist(name) for name in posted}, {
            name: request.FILES[name] for name in request.FILES
        }
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
        raise FormTooLarge from error
    except (UnreadablePostError, RawPostDataException, MultiPartParserError, UnicodeDecodeError) as error:
        raise BodyBroken from error


def _draw(
    request: HttpRequest,
    opened: Opened,
    language: str,
    *,
    fields: Mapping[str, list[str]] | None = None,
    wrong: Mapping[str, AnswerWrong] | None = None,
    state: FormState | None = None,
) -> HttpResponse:
    content, wrong = opened.content, wrong or {}
    place = state.page if state else opened.step.page or 0
    drawing = Drawing(
        content, opened.asked, language, fields=fields, seed=opened.state.response.int, words=say_house()
    )
    page = content.pages[place]
    multipart = any(question.type == QuestionType.FILE for question in page.questions)
    held = opened.loaded.held
    return show_page(
        request,
        opened=opened,
        place=place,
        drawing=drawing,
        language=language,
        questions=drawing.draw(page, wrong),
        wrong=wrong,
        context={
            "state": seal(state or opened.state),
            "action": f"?{urlencode(query)}" if (query := _keep(request, page=held is not None)) else "",
            "is_multipart": multipart,
            "languages": _list_languages(request, content, language),
            "reset": _get_reset(opened, ends=False),
            "start": request.path_info + _with_embed(request),
        },
    )


def _end(request: HttpRequest, opened: Opened, language: str) -> HttpResponse:
    content, asked = opened.content, opened.asked
    points = sum_points(content, asked)
    held = opened.loaded.held
    outcome = choose_outcome(
        content, asked, points=points, named=(held.outcome if held else opened.step.outcome)
    )
    edit = ""
    if _may_edit(opened) and content.pages:
        resume = seal(Resume(token=opened.state.token, response=opened.state.response))
        edit = "?" + urlencode(_keep(request) | {"r": resume, "page": content.pages[0].key})
    return show_outcome(
        request,
        opened=opened,
        language=language,
        outcome=outcome,
        points=points,
        context={
            "edit": edit,
            "languages": _list_languages(request, content, language),
            "reset": _get_reset(opened, ends=True),
            "sites": _list_sites(opened),
            "start": request.path_info + _with_embed(request),
        },
    )


def _list_sites(opened: Opened) -> list[SiteLink]:
    """Where to tell others too: for everybody alike, but not on a kiosk, nor in a test."""
    if opened.state.is_test or _get_reset(opened, ends=True):
        return []
    return show_sites_after_answer(
        response=opened.state.response, content=opened.content, answers=opened.asked.answers
    )


def _get_reset(opened: Opened, *, ends: bool) -> int:
    """After how many seconds a kiosk begins anew; 0 for what is nobody's kiosk."""
    way = opened.loaded.way
    if way is None or way.kind != "kiosk":
        return 0
    given = way.settings.get("reset_seconds")
    seconds = given if isinstance(given, int) and 3 <= given <= 600 else 10
    return seconds if ends else max(60, seconds * 6)


def _keep(request: HttpRequest, *, page: bool = False) -> dict[str, str]:
    """What goes on from page to page in the address: the language that was chosen, the frame, the page that is changed."""
    names = ("lang", "embed", "page") if page else ("lang", "embed")
    return {name: value[:60] for name in names if (value := request.GET.get(name))}


def _with_embed(request: HttpRequest) -> str:
    return f"?{urlencode(query)}" if (query := _keep(request)) else ""


def _list_languages(request: HttpRequest, content: Content, language: str) -> list[tuple[str, str]]:
    """The others: what each is called by itself, and its address."""
    query = request.GET.copy()
    for name in [name for name in query if name.startswith(PREFIX)]:
        del query[name]
    found = []
    for other in content.languages:
        if other != language:
            query["lang"] = other
            found.append((other, f"?{query.urlencode()}"))
    return found


def _speak(content: Content, request: HttpRequest) -> str:
    """The language that was chosen, else the browser's first that the survey speaks, else its main one."""
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in content.languages else ""
    if not language:
        given = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200].lower()
        asked = [part.split(";")[0].strip()[:2] for part in given.split(",")]
        language = next((one for one in asked if one in content.languages), content.main_language)
    if language in LANGUAGES_OF_HOUSE:
        translation.activate(language)
    return language


def _choose_language(wanted: str, request: HttpRequest) -> str:
    """For what is said before a survey is known."""
    if wanted in LANGUAGES_OF_HOUSE:
        return wanted
    given = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200].lower()
    asked = [part.split(";")[0].strip()[:2] for part in given.split(",")]
    return next((one for one in asked if one in LANGUAGES_OF_HOUSE), "ar")


def _say(request: HttpRequest, error: Exception) -> HttpResponse:
    """What happened, what was kept, and what to do."""
    if trouble := explain(error):
        log.error("%s", trouble.code, exc_info=error)
        return show_trouble(request, status=503, retry_after_s=5)
    if isinstance(error, LinkClosed):
        return show_closed(request, reason=error.reason)
    if isinstance(error, WafaaError):
        return show_trouble(
            request, error=error, status=error.status, retry_after_s=getattr(error, "retry_after_s", None)
        )
    raise error


def _list_uploads(request: HttpRequest) -> list[Any]:
    return list(getattr(request, "_files", {}).values()) if getattr(request, "_files", None) else []


def _dress(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Never kept by anybody between, never framed but by the shop's own page where it was asked for."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Accept-Language"
    policy: dict[str, Any] = {"img-src": ["'self'", "https:"]}
    if request.GET.get("embed") == "1":
        policy["frame-ancestors"] = ["*"]
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response.headers["X-Frame-Options"] = "DENY"
    response._csp_replace = policy  # type: ignore[attr-defined]  # what csp.middleware reads
    return response
