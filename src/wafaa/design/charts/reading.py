"""How a chart's values read: in which language, as what unit, in which direction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils import translation
from django.utils.translation import gettext as _

from wafaa.design import formats
from wafaa.kit.money import format_money, from_minor
from wafaa.kit.text import isolate

Unit = Literal["count", "money", "rate", "orders", "days", "hours", "number"]
Grain = Literal["day", "week", "month"]
Value = float | int | None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`unit` is that of the measures: money is in minor units of `currency`, a rate lies between 0 and 1."""

    language: str
    unit: Unit = "count"
    currency: str = ""

    @property
    def is_rtl(self) -> bool:
        return self.language.startswith("ar")

    def plot(self, value: Value) -> float | None:
        """The number that the axis is made for."""
        if value is None:
            return None
        return float(from_minor(round(value), self.currency)) if self.unit == "money" else float(value)

    def say(self, value: Value) -> str:
        """The number as people read it."""
        if value is None:
            return formats.NOTHING
        with translation.override(self.language):
            match self.unit:
                case "money":
                    return format_money(round(value), self.currency, self.language)
                case "rate":
                    # after Arabic letters a bare per cent sign would stand before its number
                    text = formats.format_percent(value)
                    return isolate(text) if self.is_rtl else text
                case "days":
                    return formats.format_days(value, 0 if float(value).is_integer() else 1)
                case "orders" | "number" | "hours":
                    return formats.format_number(value, 2)
                case "count":
                    return formats.format_number(value)

    def say_period(self, start: date, grain: Grain) -> str:
        """January 2011; week of 3 January 2011; 3 January 2011."""
        if grain == "month":
            return formats.format_month(start, self.language)
        day = formats.format_date(start, self.language)
        if grain == "day":
            return day
        with translation.override(self.language):
            return _("Week of %(day)s") % {"day": day}

    def axis_labels(self) -> str:
        """A Vega expression that writes an axis label: short, with thousands and millions in words."""
        if self.unit == "rate":
            return "format(datum.value, '~%')"
        with translation.override(self.language):
            # Translators: shortened numbers on a chart's axis, as in 12K and 3M
            thousand, million = _("%(number)sK"), _("%(number)sM")
        before_k, after_k = (quote(part) for part in isolate(thousand).split("%(number)s"))
        before_m, after_m = (quote(part) for part in isolate(million).split("%(number)s"))
        return (
            f"abs(datum.value) >= 1e6 ? {before_m} + format(datum.value / 1e6, '~f') + {after_m}"
            f" : abs(datum.value) >= 1e4 ? {before_k} + format(datum.value / 1e3, '~f') + {after_k}"
            " : format(datum.value, ',~f')"
        )


def quote(text: str) -> str:
    """A string in Vega's expression language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ")
    return f"'{escaped}'"


def tick_labels(periods: Sequence[date], grain: Grain, reading: Reading, most: int) -> dict[str, str]:
    """ISO day -> label for at most `most` of the periods, evenly spread, the year named where it begins.

    Months: January carries the year, every other its short name. Days and weeks: day and month.
    """
    if not periods:
        return {}
    if grain == "month":
        # whole steps of a year, so that the same months return
        step = next((s for s in (1, 2, 3, 4, 6, 12, 24, 60, 120) if len(periods) / s <= most), 240)
        chosen = [day for day in periods if (day.year * 12 + day.month - 1) % step == 0] or [periods[0]]
    else:
        step = -(-len(periods) // most)
        chosen = list(periods[::step])
    labels, year = {}, None
    for day in chosen:
        labels[day.isoformat()] = isolate(_tick(day, grain, reading, names_year=day.year != year))
        year = day.year
    return labels


def _tick(day: date, grain: Grain, reading: Reading, *, names_year: bool) -> str:
    if grain == "month":
        month = formats.format_pattern(day, "MMM", reading.language)
        if day.month == 1:
            return str(day.year)
        return f"{month} {day.year}" if names_year else month
    return formats.format_pattern(day, "d MMM", reading.language)
