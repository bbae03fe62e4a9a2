"""What a page shows of a reading, and of what an experiment could see before it begins; other rooms' pages show it too."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any, Final

from wafaa.access.business.queries import get_business
from wafaa.decide.experiments.rules import (
    METRICS,
    PEOPLE_MIN,
    SHARE_WHOLE,
    Answer,
    Foresight,
    Metric,
    Reading,
)
from wafaa.decide.experiments.words import (
    TITLES,
    find_tone,
    name_column,
    say_answer,
    say_definition,
    say_difference,
    say_people,
    say_share,
    say_value,
    say_variant,
    show_comparison,
)
from wafaa.science.power import find_detectable

# What a larger or smaller control group would show, beside the one that is planned.
SHARES: Final = (500, 1_000, 2_000, 5_000)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A share of the control group, and the least difference that it would show ("" where nothing can be told)."""

    share: str
    detectable: str
    is_planned: bool


def show_reading(reading: Reading) -> dict[str, Any]:
    """For experiments/answer.html, groups.html and receipt.html."""
    metric, receipt = reading.metric, reading.receipt
    groups = {group.key: group for group in reading.groups}
    shown = [show_comparison(one, groups[one.key], metric, receipt.currency) for one in reading.comparisons]
    return {
        "reading": reading,
        "receipt": receipt,
        "column": name_column(metric),
        "definition": say_definition(metric),
        "title": TITLES[reading.answer],
        "tone": find_tone(reading),
        "why": say_answer(reading, receipt.currency),
        "comparisons": [one for one in shown if one],
        "groups": [
            {
                "name": say_variant(group.key, group.name),
                "is_control": group.is_control,
                "share": say_share(group.share_bp),
                "people": group.people,
                "n": group.n,
                "mean": say_value(metric, group.mean.value, receipt.currency),
                "has_margin": group.mean.low is not None,
                "low": say_value(metric, group.mean.low, receipt.currency),
                "high": say_value(metric, group.mean.high, receipt.currency),
            }
            for group in reading.groups
        ],
        "people": say_people(receipt.n),
        "confidence": 1 - receipt.alpha,
    }


def say_reading(reading: Reading) -> str:
    """In a line: the difference where one is seen, else why there is none."""
    shown = [one.effect.value for one in reading.comparisons if one.effect.is_seen]
    if reading.answer is not Answer.EFFECT or not shown:
        return str(TITLES[reading.answer])
    return say_difference(reading.metric, shown[0], reading.receipt.currency)


def show_foresight(
    foresight: Foresight,
    metric_key: str,
    control_bp: int,
    *,
    people: int | None = None,
    shares: Sequence[int] = SHARES,
) -> dict[str, Any]:
    """For experiments/foresight.html: who would be kept aside, the least difference that it would show, and other shares.
    `people` are those of the foresight who can be reached, where that is known: only these come into an experiment.
    """
    metric, currency = METRICS[metric_key], get_business().currency
    total = foresight.treated + foresight.control if people is None else people
    control = total * control_bp // SHARE_WHOLE
    return {
        "people": say_people(total),
        "aside": say_people(control),
        "share": say_share(control_bp),
        "has_control": control > 0,
        "is_small": min(control, total - control) < PEOPLE_MIN,
        "least": say_people(PEOPLE_MIN),
        "base": say_value(metric, foresight.base.value, currency),
        "detectable": _say_detectable(metric, _find_least(foresight, total, control_bp), currency),
        "choices": [
            Choice(
                share=say_share(share_bp),
                detectable=_say_detectable(metric, _find_least(foresight, total, share_bp), currency),
                is_planned=share_bp == control_bp,
            )
            for share_bp in sorted({*shares, control_bp} - {0})
        ],
    }


def _find_least(foresight: Foresight, people: int, share_bp: int) -> float | None:
    if not foresight.spread:
        return None
    control = people * share_bp // SHARE_WHOLE
    spread = foresight.spread * sqrt(1 - foresight.gain)
    found = find_detectable(treated=people - control, control=control, spread=spread)
    return found if isfinite(found) else None


def _say_detectable(metric: Metric, value: float | None, currency: str) -> str:
    return "" if value is None else say_value(metric, value, currency)
