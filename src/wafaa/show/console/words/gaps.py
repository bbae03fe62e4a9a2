"""The time between orders in sentences."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.learn.measures.rules import Gaps
from wafaa.show.words import percent, say, within_days


def write_gaps(gaps: Gaps, lapse_window_days: int) -> SafeString:
    """How soon customers usually order again, and how many of them the lapse window would have given up."""
    total = sum(count for _days, count in gaps.histogram)
    if gaps.median is None or gaps.upper_quartile is None or not total:
        return say(_("Nobody has ordered a second time in these days."))
    later = sum(count for days, count in gaps.histogram if days > lapse_window_days)
    usual = say(
        _("Half of all next orders come within {median}, three quarters within {upper}."),
        median=within_days(gaps.median),
        upper=within_days(gaps.upper_quartile),
    )
    late = say(
        _("{share} came after the lapse window of {window}."),
        share=percent(later / total),
        window=within_days(lapse_window_days),
    )
    return format_html("{} {}", usual, late)
