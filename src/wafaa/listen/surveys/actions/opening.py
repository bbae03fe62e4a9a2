"""Where somebody stands who opens a survey's link, and whether it may be answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.listen.surveys.errors import LinkClosed, LinkUnknown
from wafaa.listen.surveys.loading import Held, Loaded, load
from wafaa.listen.surveys.models import Response
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules import ResponseState, SurveyState
from wafaa.listen.surveys.rules.content import Content
from wafaa.listen.surveys.rules.given import NOTHING, Asked, Value
from wafaa.listen.surveys.rules.going import Step, find_first, list_path, list_shown
from wafaa.listen.surveys.rules.state import FormState, Preview, make_invited_id
from wafaa.listen.surveys.sealing import unseal

DONE = frozenset({ResponseState.COMPLETE.value, ResponseState.SCREENED.value})


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A survey as it stands before somebody. `step.page` None: it is over for them, with the outcome."""

    content: Content
    state: FormState
    loaded: Loaded
    asked: Asked
    step: Step
    is_done: bool = False


def open_response(
    *,
    token: str,
    response: UUID | None = None,
    customer_id: int | None = None,
    hidden: Mapping[str, str] | None = None,
    page: int | None = None,
) -> Opened:
    """Where somebody stands who opens the link; nothing is written. `response` and `page` go back to what was saved.

    Raises LinkUnknown, LinkClosed (its `reason` says why).
    """
    preview = read_preview(token)
    if preview:
        response = response or uuid4()
    loaded = load(token=token, response=response or make_invited_id(token), customer_id=customer_id)
    if loaded.way is None and preview is None:
        raise LinkUnknown
    version_id = _choose_version(loaded, preview)
    content = get_content(version_id)
    check_open(loaded, content, preview)
    held = loaded.held
    is_new = held is None
    if response is None:
        response = _make_id(loaded, content, token)
    given = loaded.invited.hidden if loaded.invited else hidden or {}
    kept = held.hidden if held else _keep_hidden(content, given)
    asked = ask(content, loaded, kept, loaded.answers)
    is_done = held is not None and held.state in DONE
    step = find_first(content, asked) if is_new else _resume(content, asked, held, page)
    now = int(clock.now().timestamp())
    started = now if is_new or held is None else int(held.started_at.timestamp())
    state = FormState(
        token=token,
        response=response,
        version=version_id,
        page=step.page or 0,
        started_at=started,
        shown_at=now,
        customer=customer_id,
        hidden=dict(kept),
        is_test=preview is not None,
    )
    return Opened(content=content, state=state, loaded=loaded, asked=asked, step=step, is_done=is_done)


def _make_id(loaded: Loaded, content: Content, token: str) -> UUID:
    """Of an anonymous response nothing but chance: a time-ordered one would tell the millisecond."""
    if content.anonymous:
        return uuid4()
    return make_invited_id(token) if loaded.invited else new_id()


def read_preview(token: str) -> Preview | None:
    """Raises LinkUnknown, LinkClosed."""
    if not token.startswith("~"):
        return None
    preview = unseal(token[1:], Preview)
    if preview is None:
        raise LinkUnknown
    if preview.until < clock.now().timestamp():
        raise LinkClosed(reason="expired")
    return preview


def _choose_version(loaded: Loaded, preview: Preview | None) -> int:
    if loaded.held:
        return loaded.held.version_id
    if preview:
        return preview.version
    survey = loaded.survey
    if survey is None or survey.version_id is None:
        raise LinkClosed(reason="early")
    return survey.version_id


def check_open(loaded: Loaded, content: Content, preview: Preview | None) -> None:
    """Raises LinkClosed. Who has finished may look at the end, and change answers for as long as that is allowed."""
    held, survey, way, invited = loaded.held, loaded.survey, loaded.way, loaded.invited
    if preview or (held is not None and held.state in DONE):
        return
    assert survey is not None
    assert way is not None
    now = clock.now()
    if survey.opens_at and now < survey.opens_at:
        raise LinkClosed(reason="early")
    closes = [moment for moment in (survey.closes_at, way.closes_at) if moment]
    if survey.state != SurveyState.OPEN or way.is_stopped or any(now >= moment for moment in closes):
        raise LinkClosed(reason="closed")
    if invited and invited.answered_at:
        raise LinkClosed(reason="answered")
    if invited and invited.expires_at and now >= invited.expires_at:
        raise LinkClosed(reason="expired")
    if held is None and is_full(loaded):
        raise LinkClosed(reason="quota")


def is_full(loaded: Loaded) -> bool:
    assert loaded.survey is not None
    assert loaded.way is not None
    of_survey = loaded.survey.response_quota
    of_way = 1 if loaded.way.single_use and not loaded.invited else loaded.way.quota
    if of_survey is None and of_way is None:
        return False
    done = Response.objects.filter(state=ResponseState.COMPLETE.value, is_test=False)
    if of_survey is not None and done.filter(survey=loaded.survey.id).count() >= of_survey:
        return True
    return of_way is not None and done.filter(collector=loaded.way.id).count() >= of_way


def _keep_hidden(content: Content, given: Mapping[str, str]) -> dict[str, str]:
    """The fields that the survey names, of a length that fits; an anonymous survey keeps none."""
    if content.anonymous:
        return {}
    return {name: str(given[name])[:500].replace("\0", "") for name in content.hidden if given.get(name)}


def ask(content: Content, loaded: Loaded, hidden: Mapping[str, str], answers: Mapping[str, Value]) -> Asked:
    profile = loaded.who.profile if loaded.who and not content.anonymous else {}
    return Asked(answers=answers, profile=profile, hidden=hidden)


def _resume(content: Content, asked: Asked, held: Held | None, page: int | None) -> Step:
    """The page that is asked for, where it lies on the way; else one that was passed and lacks an answer; else the next."""
    places, end = list_path(content, asked)
    if page is not None:
        return Step(page=page if page in places else places[0] if places else None)
    if held is not None and held.state in DONE:
        return Step(page=None, outcome=held.outcome)
    reached = held.page_number if held else 0  # counted from 1, so this is the place after it
    later = [place for place in places if place >= reached]
    if missing := [place for place in find_missing(content, asked) if place < reached]:
        return Step(page=missing[0])
    return Step(page=later[0]) if later else Step(page=places[-1]) if places else end


def find_missing(content: Content, asked: Asked) -> list[int]:
    """The pages on the way that lack an answer that is required."""
    places, _end = list_path(content, asked)
    return [
        place
        for place in places
        if any(
            question.required
            and not all(asked.answers.get(key, NOTHING).is_answered for key in question.answer_keys)
            for question in list_shown(content.pages[place], asked)
            if question.is_asked
        )
    ]
