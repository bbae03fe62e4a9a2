"""The way through a survey: which questions are shown, which page comes next, how it ends."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wafaa.kit.text import fold
from wafaa.listen.surveys.rules.given import NOTHING, Asked, Value
from wafaa.listen.surveys.rules.parts import END, Condition, Content, Outcome, Page, Question

# Where nothing says how often a condition holds.
EVEN = 0.5


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where one goes: the place of a page, or None for the end, with the outcome that a jump names."""

    page: int | None
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A question, its page, and how likely it is seen."""

    page: Page
    question: Question
    probability: float


def holds(condition: Condition | None, asked: Asked) -> bool:
    """No condition always holds."""
    if condition is None:
        return True
    match condition.kind:
        case "all":
            return all(holds(part, asked) for part in condition.parts)
        case "any":
            return any(holds(part, asked) for part in condition.parts)
        case "not":
            return not holds(condition.parts[0], asked)
    return _passes(condition, asked)


def _passes(test: Condition, asked: Asked) -> bool:
    if test.subject == "answer":
        value = asked.answers.get(test.key, NOTHING)
    else:
        known = asked.profile if test.subject == "profile" else asked.hidden
        value = Value(text=known.get(test.key, ""))
    match test.test:
        case "answered":
            return value.is_answered
        case "unanswered":
            return not value.is_answered
        case "equals":
            return _equals(value, test.value)
        case "not":
            return value.is_answered and not _equals(value, test.value)
        case "includes":
            return str(test.value) in value.choices or _contains(value.text, test.value)
    number, bound = _number(value), _read_number(test.value)
    if number is None or bound is None:
        return False
    return number >= bound if test.test == "at_least" else number <= bound


def _equals(value: Value, wanted: object) -> bool:
    if value.choices:
        if isinstance(wanted, bool):  # yes or no
            wanted = "yes" if wanted else "no"
        return value.choices == (str(wanted),)
    if value.number is not None:
        return value.number == _read_number(wanted)
    return bool(value.text) and fold(value.text) == fold(str(wanted))


def _contains(text: str, wanted: object) -> bool:
    part = fold(str(wanted)) if wanted is not None else ""
    return bool(part) and part in fold(text)


def _number(value: Value) -> Decimal | None:
    return value.number if value.number is not None else _read_number(value.text)


def _read_number(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(int(value) if isinstance(value, bool) else str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def list_shown(page: Page, asked: Asked) -> list[Question]:
    """The page's questions that this person is asked, in the survey's own order."""
    return [question for question in page.questions if holds(question.show_if, asked)]


def find_first(content: Content, asked: Asked) -> Step:
    return _enter(content, 0, asked)


def find_next(content: Content, place: int, asked: Asked) -> Step:
    """Where one goes from the page at `place`. The first jump that fits counts; none leads back."""
    for jump in content.jumps:
        if jump.after != content.pages[place].key or not holds(jump.condition, asked):
            continue
        if jump.to == END or jump.to.startswith(f"{END}:"):
            return Step(page=None, outcome=jump.to.removeprefix(END).removeprefix(":"))
        target = content.find_page(jump.to)
        if target is not None and target > place:
            return _enter(content, target, asked)
    return _enter(content, place + 1, asked)


def _enter(content: Content, place: int, asked: Asked) -> Step:
    """The first page from here on that asks or says something; a page without is passed, and its jumps count."""
    if place >= len(content.pages):
        return Step(page=None)
    if list_shown(content.pages[place], asked):
        return Step(page=place)
    return find_next(content, place, asked)


def list_path(content: Content, asked: Asked) -> tuple[list[int], Step]:
    """The pages that somebody with these answers comes by, and how it ends."""
    step, places = find_first(content, asked), list[int]()
    while step.page is not None:
        places.append(step.page)
        step = find_next(content, step.page, asked)
    return places, step


def sum_points(content: Content, asked: Asked) -> int | None:
    """Of the answers on the person's own way; None where no option carries any."""
    if not any(option.points for question in content.questions for option in question.options):
        return None
    places, _end = list_path(content, asked)
    seen = [
        asked.answers.get(key, NOTHING)
        for place in places
        for question in list_shown(content.pages[place], asked)
        for key in question.answer_keys
    ]
    return sum(value.points or 0 for value in seen if value.choices)


def choose_outcome(content: Content, asked: Asked, *, points: int | None, named: str = "") -> Outcome | None:
    """The one that a jump named, else the first whose condition and points fit."""
    for outcome in content.outcomes:
        if named:
            if outcome.key == named:
                return outcome
        elif _fits(outcome, points) and holds(outcome.condition, asked):
            return outcome
    return None


def _fits(outcome: Outcome, points: int | None) -> bool:
    count = points or 0
    return (outcome.min_points is None or count >= outcome.min_points) and (
        outcome.max_points is None or count <= outcome.max_points
    )


def expect_path(content: Content) -> list[Expected]:
    """Every question with the probability that it is seen, each condition holding half of the time."""
    reached = [0.0] * (len(content.pages) + 1)
    reached[0] = 1.0
    for place, page in enumerate(content.pages):
        staying = reached[place]
        for jump in content.jumps:
            if jump.after != page.key:
                continue
            leaving = staying if jump.condition is None else staying * EVEN
            target = None if jump.to.startswith(END) else content.find_page(jump.to)
            if target is not None and target <= place:
                continue  # none leads back
            staying -= leaving
            if target is not None:
                reached[target] += leaving
        reached[place + 1] += staying
    return [
        Expected(
            page=page,
            question=question,
            probability=reached[place] * (1.0 if question.show_if is None else EVEN),
        )
        for place, page in enumerate(content.pages)
        for question in page.questions
    ]
