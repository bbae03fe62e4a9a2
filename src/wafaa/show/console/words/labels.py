"""What the groups and periods of a table are called."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wafaa.design.charts import Reading
from wafaa.design.formats import format_month, name_channel
from wafaa.learn.measures.group_definitions import get_group_words
from wafaa.learn.measures.rules import Breakdown, Grain


def label_group(by: Breakdown, group: str, label: str) -> str:
    """A group as people call it; what the orders leave open is called so."""
    if by == "rfm_group" and group:
        return str(get_group_words(group).label)
    if by == "channel" and group:
        return name_channel(label or group)
    if by == "acquisition_month" and (month := _read_month(group)):
        return format_month(month, get_language() or "")
    return label or group or _("Not given")


def label_start(start: date, grain: Grain) -> str:
    """January 2011, or the day itself, or the week that begins with it."""
    return Reading(language=get_language() or "").say_period(start, grain)


def _read_month(group: str) -> date | None:
    """2011-01 or 2011-01-01."""
    try:
        return date.fromisoformat(group if len(group) > len("2011-01") else f"{group}-01")
    except ValueError:
        return None
