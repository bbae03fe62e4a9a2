"""What the builder calls things: types of questions, measures, tests, themes of the bank, advice of the reviewer."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.kit.text import isolate
from wafaa.listen.surveys.rules.content import QuestionType

Label = Promise | str

TYPES: dict[str, Label] = {
    "csat": _("Satisfaction (CSAT)"),
    "nps": _("Recommendation (NPS)"),
    "ces": _("Effort (CES)"),
    "rating": pgettext_lazy("question", "Rating"),
    "single": _("One choice"),
    "multiple": _("Several choices"),
    "yes_no": _("Yes or no"),
    "picture": _("Choice of pictures"),
    "matrix": _("Table of choices"),
    "ranking": _("Ranking"),
    "short_text": _("Short text"),
    "long_text": _("Long text"),
    "number": pgettext_lazy("question", "Number"),
    "date": pgettext_lazy("question", "Date"),
    "contact": _("Contact details"),
    "consent": pgettext_lazy("question", "Consent"),
    "file": _("Picture or file"),
    "statement": _("Text without a question"),
}
assert TYPES.keys() == {kind.value for kind in QuestionType}

MEASURES: dict[str, Label] = {
    "": _("None of these"),
    "return_intention": _("Intention to come back"),
    "preference": _("Preference over competitors"),
    "suggestion": _("Suggestion for improvement"),
}
STYLES: dict[str, Label] = {
    "numbers": _("Numbers"),
    "stars": _("Stars"),
    "faces": _("Faces"),
}
TESTS: dict[str, Label] = {
    "equals": pgettext_lazy("condition", "is"),
    "not": pgettext_lazy("condition", "is not"),
    "at_least": pgettext_lazy("condition", "is at least"),
    "at_most": pgettext_lazy("condition", "is at most"),
    "includes": pgettext_lazy("condition", "includes"),
    "answered": pgettext_lazy("condition", "was answered"),
    "unanswered": pgettext_lazy("condition", "was not answered"),
}
WITHOUT_VALUE = frozenset({"answered", "unanswered"})
PROFILE: dict[str, Label] = {
    "first_name": _("First name"),
    "name": pgettext_lazy("person", "Name"),
    "city": _("City"),
    "country": _("Country"),
    "language": pgettext_lazy("customer", "Language"),
    "tier": _("Tier"),
}
THEMES: dict[str, Label] = {
    "loyalty": _("Loyalty"),
    "satisfaction": _("Overall satisfaction"),
    "effort": _("Effort"),
    "product": _("Product"),
    "price": _("Price"),
    "delivery": _("Delivery"),
    "support": _("Help and support"),
    "store": _("Store and restaurant"),
    "website": _("Website"),
    "returns": _("Returns"),
    "onboarding": _("First days"),
    "leaving": _("Leaving"),
    "event": _("Events"),
    "hotel": _("Hotel"),
    "clinic": _("Clinic"),
    "programme": _("Loyalty programme"),
    "about_you": _("About the person"),
}
ADVICE: dict[str, Label] = {
    "double_barrelled": _("It asks two things at once. Ask one of them, or make it two questions."),
    "leading": _("It leads to an answer. Ask so that praise and blame are equally easy."),
    "unbalanced": _("More choices lie on one side than on the other. Offer as many good ones as bad ones."),
    "too_long": _("It is long for a question. Say it in one breath."),
    "jargon": _("It holds words of the trade. Say it as a customer would."),
    "double_negation": _("It negates twice. Say it positively."),
    "overlapping": _("Some choices overlap. Let each answer fit one choice only."),
}
STATES: dict[str, Label] = {
    "draft": pgettext_lazy("survey", "Draft"),
    "open": pgettext_lazy("survey", "Open"),
    "closed": pgettext_lazy("survey", "Closed"),
}
TONES = {"draft": "warn", "open": "good", "closed": ""}
RESPONSE_STATES: dict[str, Label] = {
    "started": pgettext_lazy("response", "Begun"),
    "partial": pgettext_lazy("response", "Left unfinished"),
    "complete": pgettext_lazy("response", "Complete"),
    "screened": pgettext_lazy("response", "Not meant"),
}
KINDS: dict[str, Label] = {
    "link": pgettext_lazy("collector", "Link"),
    "email": pgettext_lazy("collector", "E-mail"),
    "sms": pgettext_lazy("collector", "SMS"),
    "social": pgettext_lazy("collector", "Social media"),
    "qr": _("QR code"),
    "embed": _("Part of a page"),
    "popup": _("Pop-up on the site"),
    "kiosk": _("Kiosk"),
    "import": pgettext_lazy("collector", "Import"),
}


def pick(words: Mapping[str, str] | None, main: str = "") -> str:
    """In the reader's language, else in the survey's, else in whatever there is."""
    words = words or {}
    language = (get_language() or "")[:2]
    return words.get(language) or words.get(main) or next((text for text in words.values() if text), "")


def say_condition(condition: Any, content: Mapping[str, Any]) -> str:
    """A condition in plain words; "" where there is none."""
    if not condition:
        return ""
    if "of" in condition:
        return _say_test(condition, content)
    if "not" in condition:
        return gettext("not: %(what)s") % {"what": say_condition(condition["not"], content)}
    kind = "all" if "all" in condition else "any"
    joint = gettext(" and ") if kind == "all" else gettext(" or ")
    return joint.join(say_condition(part, content) for part in condition[kind])


def _say_test(test: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    question = next(
        (
            one
            for page in content.get("pages", [])
            for one in page.get("questions", [])
            if test["of"] == "answer" and one["key"] == test["key"].partition(".")[0]
        ),
        None,
    )
    named = str(test["key"])
    if question is not None:
        named = pick(question.get("text"), content.get("main_language", "")) or named
    elif test["of"] == "profile":
        named = str(PROFILE.get(named, named))
    said = f"“{isolate(named)}” {TESTS[test['is']]}"
    return (
        said if test["is"] in WITHOUT_VALUE else f"{said} {isolate(_say_value(test.get('value'), question))}"
    )


def _say_value(value: Any, question: Mapping[str, Any] | None) -> str:
    if question is not None and question["type"] == "yes_no":
        return gettext("yes") if value in ("yes", True) else gettext("no")
    for option in (question or {}).get("options") or []:
        if option["key"] == value:
            return f"“{pick(option['text'])}”"
    return str(value)
