"""Is the question well asked? What a careful reader would point at, in Arabic and English, with the place.

The rules look for words, so they point and never forbid: whoever asks decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from wafaa.science.readability.splitting import MARKS, list_words

Kind = Literal[
    "double_barrelled", "leading", "unbalanced", "too_long", "jargon", "double_negation", "overlapping"
]

# What is wrong, and the key of what to do about it.
ADVICE: Final[dict[Kind, str]] = {
    "double_barrelled": "ask_one_thing",
    "leading": "ask_neutrally",
    "unbalanced": "balance_options",
    "too_long": "shorten",
    "jargon": "say_it_plainly",
    "double_negation": "drop_a_negation",
    "overlapping": "separate_options",
}
# Longer ones are read twice (a question is read in one breath); Arabic says the same in about a fifth fewer words.
WORDS_MAX: Final = {"en": 25, "ar": 20}
# In these one answer stands for the whole question, so it may ask one thing only.
ONE_ANSWER: Final = frozenset({"nps", "csat", "ces", "rating", "single", "yes_no", "matrix", "number"})

_AND_EN: Final = re.compile(r"\b\w+\s+(?:and(?:\s+also)?|as well as|&)\s+\w+", re.IGNORECASE)
_PAIRS_EN: Final = re.compile(
    r"\b(?:terms and conditions|pros and cons|between\b.{1,40}\band\b|more and more|food and drinks?|first and last|"
    r"again and again|\d+ and \d+|lost and found|bed and breakfast|click and collect)",
    re.IGNORECASE,
)
_AND_AR: Final = re.compile(
    r"(?<!\w)\w{2,}\s+و(?!(?:قت|صول|صل|جبا?[ةت]|احد|ضوح|زن|رق|كيل|ظيف|سائل|سيل|جد|الد|فاء|سط|طن|لاء|ديو?د|دود|عد|اضح|اجه|قع|"
    r"ثيق|صف|افق|صي|رد|عي|لد|اسع|حيد|ارد|اقع|رش|كال|فر|هل|فق|هو|هي)\w*)\w{3,}"
)
_PAIRS_AR: Final = re.compile(r"بين\s+\S+\s+و\S+|الشروط\s+والاحكام|الاول\s+والاخير")

_LEADING: Final = {
    "en": re.compile(
        r"\b(?:(?:do|would|are|is|was|were|did|have|should)n['\u2019]t (?:you|it|we|our|the)|(?:do|don['\u2019]t) you agree|"
        r"how much did you (?:love|enjoy|like)|how (?:great|excellent|amazing|wonderful|awesome|fantastic|good|bad|terrible) "
        r"(?:was|is|were|are)|as you (?:know|may know)|obviously|of course|everyone knows|most (?:people|customers)|"
        r"our (?:award[- ]winning|great|excellent|amazing|wonderful|best|outstanding|world[- ]class|friendly|"
        r"delicious)\b[\w -]{0,20})",
        re.IGNORECASE,
    ),
    "ar": re.compile(
        r"(?<!\w)(?:الا\s+(?:تري|ترى|تعتقد|توافق|تظن)\w*|اليس\w*|الست\w*|هل\s+توافق(?:نا|ني)?\s+(?:على\s+)?ان\w*|"
        r"(?:كم|الى\s+اي\s+(?:مدى|حد))\s+(?:احببت|استمتعت|اعجبت?ك)|ما\s+مدى\s+(?:روعة|جمال|تميز|جودة\s+خدمتنا\s+الرائعة)|"
        r"كم\s+كانت?\s+(?:رائع|ممتاز|جميل)\w*|\w+نا\s+(?:الرائع|الممتاز|المميز|المتميز|الافضل|الفريد|الشهي|الودود)\w*|"
        r"كما\s+تعلم\w*|بالطبع|بلا\s+شك|لا\s+شك|الجميع\s+يعرف|معظم\s+(?:الناس|العملاء|عملائنا))"
    ),
}
_JARGON: Final = {
    "en": re.compile(
        r"(?i:\b(?:touch ?points?|omni-?channel|onboarding|fulfil?lment|synerg\w+|leverag\w+|utili[sz]\w+|user experience|"
        r"customer journey|value proposition|stakeholders?|deliverables?|paradigm|end-to-end|turnaround|holistic|seamless\w*|"
        r"personali[sz]ation|last[- ]mile|loyalty tier|procure\w*)\b)|"
        r"\b(?!SMS|FAQ|PDF|USA|UAE|SAR|ATM|GPS|QR|OTP|VAT|ID|TV|OK)[A-Z]{2,5}\b"
    ),
    "ar": re.compile(
        r"(?<!\w)(?:[وفبكل]{0,2}(?:نقاط?\s+التماس|نقطة\s+التماس|رحلة\s+العميل|القنوات\s+المتعددة|متعدد\w*\s+القنوات|لوجست\w+|"
        r"اللوجست\w+|الحوكمة|مؤشرات\s+الاداء|المنظومة|الحلول\s+المتكاملة|الاستراتيجي\w*|التحول\s+الرقمي|واجهة\s+المستخدم|"
        r"القيمة\s+المضافة|التموضع|الميل\s+الاخير|حوكمة|سلسلة\s+الامداد))"
    ),
}
_NEGATION: Final = {
    "en": re.compile(
        r"\b(?:not(?!\s+applicable)|no(?!\s+answer)|never|none|nothing|without|unless|cannot|\w+n['\u2019]t|neither|disagree|"
        r"dissatisf\w+|unhappy|unlikely|unable|unsatisf\w+|avoid|fail(?:ed|s)?)\b",
        re.IGNORECASE,
    ),
    "ar": re.compile(
        r"(?<!\w)[وف]?(?:لا|لم|لن|ليست?|غير|دون|بدون|عدم|بعدم|الا\s+ت\w+|تمانع|ترفض|تمتنع)(?!\w)"
    ),
}
# Said to balance a question, not to negate it.
_BALANCED: Final = re.compile(
    r"\b(?:or not|yes or no|satisfied or (?:dis|un)satisfied|(?:dis|un)satisfied or satisfied|agree or disagree|"
    r"likely or unlikely|happy or unhappy)\b|(?<!\w)(?:ام\s+لا|او\s+لا|نعم\s+(?:ام|او)\s+لا|(?:ام|او)\s+غير\s+\w+)",
    re.IGNORECASE,
)
_GOOD: Final = re.compile(
    r"\b(?:very )?(?:excellent|great|good|satisfied|happy|easy|agree|likely|fast|friendly|love|perfect|better|best)\b|"
    r"(?<!\w)(?:ممتاز|جيد|رائع|راض|راضي|سعيد|سهل|اوافق|موافق|مرجح|سريع|ودود|مثالي|احسن|افضل|حسن|مرضي)\w*",
    re.IGNORECASE,
)
_BAD: Final = re.compile(
    r"\b(?:poor|bad|terrible|awful|dissatisfied|unsatisfied|unhappy|difficult|hard|disagree|unlikely|slow|rude|hate|worse|worst|"
    r"not \w+)\b|(?<!\w)(?:سيئ|رديء|ردئ|ضعيف|سيء|غير|لست|لا\s|مستاء|صعب|ارفض|معارض|بطيء|بطئ|اسوا|مستبعد)\w*",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(r"(\d[\d,.]*)\s*(?:[-–—]|to|الى|حتى)\s*(\d[\d,.]*)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong, where in the text (characters, end exclusive; the whole of it for options), and what to do."""

    kind: Kind
    start: int
    end: int
    advice_key: str


def review_question(
    text: str,
    language: str,
    type: str = "single",  # noqa: A002  (as the content of surveys calls it)
    options: Sequence[str] = (),
) -> list[Finding]:
    """What to mend, in the order of the text. Never an exception: an unknown language is read as English."""
    language = "ar" if language == "ar" else "en"
    bare, places = _flatten(text)
    spans: list[tuple[Kind, int, int]] = []
    if type in ONE_ANSWER:
        spans += [("double_barrelled", *span) for span in _find_double(bare, language)]
    spans += [("leading", *found.span()) for found in _LEADING[language].finditer(bare)]
    spans += [("jargon", *found.span()) for found in _JARGON[language].finditer(bare)]
    if (negated := _find_negations(bare, language)) is not None:
        spans.append(("double_negation", *negated))
    if len(list_words(text)) > WORDS_MAX[language]:
        spans.append(("too_long", 0, len(bare)))
    if _is_unbalanced(options):
        spans.append(("unbalanced", 0, len(bare)))
    if _is_overlapping(options):
        spans.append(("overlapping", 0, len(bare)))
    found = [
        Finding(
            kind=kind,
            start=places[start] if start < len(places) else 0,
            end=places[end - 1] + 1 if 0 < end <= len(places) else len(text),
            advice_key=ADVICE[kind],
        )
        for kind, start, end in spans
    ]
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.kind))


def _flatten(text: str) -> tuple[str, list[int]]:
    """The text without vowel marks and with one alef, and where each of its characters stood."""
    places = [place for place, char in enumerate(text) if not MARKS.match(char)]
    bare = "".join("ا" if text[place] in "أإآ" else text[place] for place in places)
    return bare, places


def _find_double(bare: str, language: str) -> list[tuple[int, int]]:
    marks = [found.end() for found in re.finditer("[?؟]", bare)]
    if len(marks) > 1:
        return [(0, marks[-1])]
    pattern, pairs = (_AND_AR, _PAIRS_AR) if language == "ar" else (_AND_EN, _PAIRS_EN)
    usual = [found.span() for found in pairs.finditer(bare)]
    spans = [found.span() for found in pattern.finditer(bare)]
    return [span for span in spans if not any(start < span[1] and span[0] < end for start, end in usual)][:1]


def _find_negations(bare: str, language: str) -> tuple[int, int] | None:
    """From the first of two negations to the second."""
    balanced = [found.span() for found in _BALANCED.finditer(bare)]
    found = [
        span
        for match in _NEGATION[language].finditer(bare)
        for span in [match.span()]
        if not any(start <= span[0] < end for start, end in balanced)
    ]
    return (found[0][0], found[1][1]) if len(found) > 1 else None


def _is_unbalanced(options: Sequence[str]) -> bool:
    """More than one step further to one side: the middle of the scale then lies in praise or in blame."""
    flat = [_flatten(option)[0] for option in options]
    bad = sum(bool(_BAD.search(option)) for option in flat)
    good = sum(bool(_GOOD.search(option)) and not _BAD.search(option) for option in flat)
    return good + bad >= 2 and abs(good - bad) > 1


def _is_overlapping(options: Sequence[str]) -> bool:
    """Ranges like 18-25 and 25-35: who is 25 has two answers."""
    ranges = []
    for option in options:
        if found := _RANGE.search(_flatten(option)[0]):
            low, high = (_read_number(part) for part in found.groups())
            ranges.append((min(low, high), max(low, high)))
    ranges.sort()
    return any(first[1] >= second[0] for first, second in pairwise(ranges))


def _read_number(text: str) -> float:
    try:
        return float(text.replace(",", "").rstrip("."))
    except ValueError:
        return float("".join(char for char in text if char.isdigit())[:15] or 0)
