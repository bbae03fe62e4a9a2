"""What stores, channels, touchpoints ... are called, and the words of a survey's questions and options."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.design.formats import format_number, name_channel, name_country, name_language
from wafaa.know.journey.words import name_touchpoint
from wafaa.know.orders.models import Product, Store
from wafaa.learn.scores.rules import By
from wafaa.listen.surveys.models import Collector, Survey
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules.content import Content, Question, QuestionType, Words, pick_words
from wafaa.show.console.words.labels import label_group

BY_WORDS: Final[dict[By, Promise]] = {
    "touchpoint": gettext_lazy("Touchpoint"),
    "store": gettext_lazy("Store"),
    "agent": gettext_lazy("Agent"),
    "channel": gettext_lazy("Channel"),
    "collector": gettext_lazy("Link or code"),
    "language": gettext_lazy("Language"),
    "version": gettext_lazy("Version"),
    "product": gettext_lazy("Product"),
    "category": gettext_lazy("Product category"),
    "survey": pgettext_lazy("menu", "Surveys"),
    "country": gettext_lazy("Country"),
    "rfm_group": gettext_lazy("Customer group"),
    "acquisition_month": gettext_lazy("Month of the first order"),
}
# How an answer reached us: the kinds of collectors.
WAYS: Final[dict[str, Promise]] = {
    "link": pgettext_lazy("channel", "Link"),
    "email": gettext_lazy("E-mail"),
    "sms": pgettext_lazy("channel", "Text message"),
    "social": gettext_lazy("Social networks"),
    "qr": gettext_lazy("QR code"),
    "embed": gettext_lazy("Part of a page"),
    "popup": gettext_lazy("Pop-up"),
    "kiosk": gettext_lazy("Kiosk"),
    "import": gettext_lazy("Import"),
}


def name_groups(by: By, values: Iterable[str]) -> dict[str, str]:
    """Each value with its name; those that nobody told are called so."""
    told = list(values)
    names = _find_names(by, told)
    return {value: names.get(value) or (value or _("Not told")) for value in told}


def _find_names(by: By, values: Sequence[str]) -> Mapping[str, str]:
    if by in {"store", "product", "survey", "collector"}:
        return _find_rows(by, [int(value) for value in values if value.isdigit()])
    return {value: _say(by, value) for value in values if value}


def _find_rows(by: By, numbers: Sequence[int]) -> Mapping[str, str]:
    """What has its name in a table."""
    if by == "store":
        return {str(one.pk): one.name or one.code for one in Store.objects.filter(pk__in=numbers)}
    if by == "product":
        return {str(one.pk): one.name or one.sku for one in Product.objects.filter(pk__in=numbers)}
    if by == "collector":
        return _name_collectors(Collector.objects.filter(pk__in=numbers).order_by("pk"))
    surveys = Survey.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {str(pk): name for pk, name in surveys}


def _say(by: By, value: str) -> str:
    """What has words of its own; names that shops gave stay as they are."""
    language = get_language() or "ar"
    say: dict[str, Callable[[], str]] = {
        "touchpoint": lambda: str(name_touchpoint(value)),
        "channel": lambda: str(WAYS.get(value) or name_channel(value)),
        "language": lambda: name_language(value, language),
        "country": lambda: name_country(value, language),
        "version": lambda: _("Version %(number)s") % {"number": format_number(int(value))},
        "rfm_group": lambda: label_group("rfm_group", value, value),
        "acquisition_month": lambda: label_group("acquisition_month", value, value),
    }
    return say[by]() if by in say else value


def _name_collectors(found: Iterable[Collector]) -> dict[str, str]:
    """By name and place; of several that are called alike each has its number."""
    named: dict[str, str] = {}
    met: Counter[str] = Counter()
    for one in found:
        place = (one.store, one.agent, one.table_name)
        told = " · ".join(part for part in (one.name or str(WAYS.get(one.kind, one.kind)), *place) if part)
        met[told] += 1
        named[str(one.pk)] = told if met[told] == 1 else f"{told} ({format_number(met[told])})"
    return named


@dataclass(frozen=True, kw_only=True)
class QuestionWords:
    """One question as it was asked last; `options` by key; of a row of a matrix both are named.

    `matrix`, `title` and `row` are there of such rows only. `places` of options that make a scale: 0 the worst, 1 the best.
    """

    key: str
    type: str
    text: str
    options: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, float] = field(default_factory=dict)
    low: str = ""
    high: str = ""
    matrix: str = ""
    title: str = ""
    row: str = ""


def read_words(survey: Survey) -> dict[str, QuestionWords]:
    """Every question that any published version asked, in the order of the newest, those that were taken out last.

    A survey that only ever was a draft is read from that.
    """
    versions = survey.versions.order_by("-number")
    numbers = list(versions.exclude(published_at=None).values_list("pk", flat=True))
    words: dict[str, QuestionWords] = {}
    for number in numbers or versions.values_list("pk", flat=True):
        content = get_content(number)
        for question in content.questions:
            for one in _read_question(content, question):
                words.setdefault(one.key, one)
    return words


def place_options(question: Question) -> dict[str, float]:
    """By the points of the options: nothing where several share the same, since then they are not meant as a scale."""
    points = {option.key: option.points for option in question.options}
    low, high = min(points.values(), default=0), max(points.values(), default=0)
    if high == low or len(set(points.values())) < len(points):
        return {}
    return {key: (value - low) / (high - low) for key, value in points.items()}


def _read_question(content: Content, question: Question) -> list[QuestionWords]:
    def pick(words: Words) -> str:
        return pick_words(words, get_language() or "ar", content.main_language)

    options = {option.key: pick(option.text) for option in question.options}
    if question.other:
        options["other"] = _("Other")
    if question.type == QuestionType.YES_NO:
        options |= {"yes": _("Yes"), "no": _("No")}
    scale, places = question.scale, place_options(question)
    text = pick(question.text)
    rows = {f"{question.key}.{row.key}": pick(row.text) for row in question.rows}
    return [
        QuestionWords(
            key=key,
            type=str(question.type),
            text=f"{text} – {rows[key]}" if key in rows else text,
            options=options,
            places=places,
            matrix=question.key if key in rows else "",
            title=text if key in rows else "",
            row=rows.get(key, ""),
            low=pick(scale.low) if scale else "",
            high=pick(scale.high) if scale else "",
        )
        for key in question.answer_keys
    ]
