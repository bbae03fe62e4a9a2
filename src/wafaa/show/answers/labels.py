"""What stores, channels, touchpoints ... are called, and the words of a survey's questions and options."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.design.formats import format_number, name_channel, name_language
from wafaa.know.journey.words import name_touchpoint
from wafaa.know.orders.models import Product, Store
from wafaa.learn.scores.rules import By
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules.content import Content, Question, QuestionType, Words, pick_words

BY_WORDS: Final[dict[By, Promise]] = {
    "touchpoint": gettext_lazy("Touchpoint"),
    "store": gettext_lazy("Store"),
    "agent": gettext_lazy("Agent"),
    "channel": gettext_lazy("Channel"),
    "language": gettext_lazy("Language"),
    "version": gettext_lazy("Version"),
    "product": gettext_lazy("Product"),
    "survey": pgettext_lazy("menu", "Surveys"),
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
    language = get_language() or "ar"
    match by:
        case "store":
            found = Store.objects.filter(pk__in=_numbers(values))
            return {str(store.pk): store.name or store.code for store in found}
        case "product":
            products = Product.objects.filter(pk__in=_numbers(values))
            return {str(product.pk): product.name or product.sku for product in products}
        case "survey":
            surveys = Survey.objects.filter(pk__in=_numbers(values)).values_list("pk", "name")
            return {str(pk): name for pk, name in surveys}
        case "touchpoint":
            return {value: str(name_touchpoint(value)) for value in values}
        case "channel":
            return {value: str(WAYS.get(value) or name_channel(value)) for value in values}
        case "language":
            return {value: name_language(value, language) for value in values if value}
        case "version":
            return {
                value: _("Version %(number)s") % {"number": format_number(int(value))}
                for value in values
                if value
            }
    return {}


def _numbers(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isdigit()]


@dataclass(frozen=True, kw_only=True)
class QuestionWords:
    """One question as it was asked last; `options` by key; of a row of a matrix both are named."""

    key: str
    type: str
    text: str
    options: Mapping[str, str] = field(default_factory=dict)
    low: str = ""
    high: str = ""


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


def _read_question(content: Content, question: Question) -> list[QuestionWords]:
    def pick(words: Words) -> str:
        return pick_words(words, get_language() or "ar", content.main_language)

    options = {option.key: pick(option.text) for option in question.options}
    if question.other:
        options["other"] = _("Other")
    if question.type == QuestionType.YES_NO:
        options |= {"yes": _("Yes"), "no": _("No")}
    scale = question.scale
    text = pick(question.text)
    rows = {f"{question.key}.{row.key}": pick(row.text) for row in question.rows}
    return [
        QuestionWords(
            key=key,
            type=str(question.type),
            text=f"{text} – {rows[key]}" if key in rows else text,
            options=options,
            low=pick(scale.low) if scale else "",
            high=pick(scale.high) if scale else "",
        )
        for key in question.answer_keys
    ]
