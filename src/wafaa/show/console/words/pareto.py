"""The Pareto curve in one sentence."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wafaa.learn.measures.rules import Pareto
from wafaa.show.words import number, percent, say

# Golden values are told with two decimals (74.59 %); the curve is exact, not a sample.
DIGITS = 2


def write_pareto(pareto: Pareto) -> SafeString:
    """What the top fifth brings, and how few bring four fifths."""
    if not pareto.customers or pareto.top_20_share is None:
        return say(_("No customer ordered in these days."))
    text = ngettext(
        "The top {twenty} of customers bring {share} of gross; {eighty} of gross comes from {count} customer of {all}.",
        "The top {twenty} of customers bring {share} of gross; {eighty} of gross comes from {count} customers of {all}.",
        pareto.customers_for_80,
    )
    return say(
        text,
        twenty=percent(0.2, 0),
        share=percent(pareto.top_20_share, DIGITS),
        eighty=percent(0.8, 0),
        count=number(pareto.customers_for_80),
        all=number(pareto.customers),
    )
