"""How loyal the customers are, in words: one sentence for anybody, and the figures that bear it out."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wafaa.learn.measures.rules import Figure
from wafaa.show import words
from wafaa.show.report.rules import Figures

# A share is said as the nearest of these. Below 30 customers no share is said at all: it would be chance.
CUSTOMERS_MIN = 30
_SHARES = (
    (0.0, gettext_lazy("Hardly any customer comes back.")),
    (0.1, gettext_lazy("About one in ten customers comes back.")),
    (0.2, gettext_lazy("About one in five customers comes back.")),
    (0.25, gettext_lazy("About one in four customers comes back.")),
    (1 / 3, gettext_lazy("About one in three customers comes back.")),
    (0.4, gettext_lazy("About two in five customers come back.")),
    (0.5, gettext_lazy("About half of the customers come back.")),
    (0.6, gettext_lazy("About three in five customers come back.")),
    (2 / 3, gettext_lazy("About two in three customers come back.")),
    (0.75, gettext_lazy("About three in four customers come back.")),
    (0.8, gettext_lazy("About four in five customers come back.")),
    (0.9, gettext_lazy("About nine in ten customers come back.")),
    (1.0, gettext_lazy("Nearly every customer comes back.")),
)


def write_headline(figures: Figures) -> str:
    """The first sentence: which part of the customers came back."""
    rate = figures.whole.total.figures.get("repeat_purchase_rate")
    if rate is None or rate.value is None or rate.n == 0:
        return _("No counted order lies in this period.")
    if rate.n < CUSTOMERS_MIN:
        return _("There are too few customers yet to speak of loyalty.")
    share = float(rate.value)
    return str(min(_SHARES, key=lambda said: abs(said[0] - share))[1])


def write_evidence(figures: Figures) -> list[SafeString]:
    """The sentences under it, each with its numbers; those without numbers are left out."""
    written = (_say_repeat, _say_revenue, _say_stayed, _say_gaps, _say_pareto)
    return [sentence for write in written if (sentence := write(figures)) is not None]


def _get(figures: Figures, key: str) -> Figure | None:
    found = figures.whole.total.figures.get(key)
    return found if found is not None and found.value is not None else None


def _say_repeat(figures: Figures) -> SafeString | None:
    rate = _get(figures, "repeat_purchase_rate")
    if rate is None or not rate.denominator:
        return None
    text = ngettext(
        "Of {customers} customer, {repeat} bought more than once: {share}.",
        "Of {customers} customers, {repeat} bought more than once: {share}.",
        rate.denominator,
    )
    return words.say(
        text,
        customers=words.number(rate.denominator),
        repeat=words.number(rate.numerator),
        share=words.percent(rate.value),
    )


def _say_revenue(figures: Figures) -> SafeString | None:
    share = _get(figures, "repeat_revenue_share")
    if share is None:
        return None
    return words.say(
        _("{share} of the money came from customers who had bought before."), share=words.percent(share.value)
    )


def _say_stayed(figures: Figures) -> SafeString | None:
    rate = figures.window.total.figures.get("retention_rate")
    if rate is None or rate.value is None or not rate.denominator:
        return None
    text = ngettext(
        "Of {live} customer who was live {days} before the end, {kept} still was: {share}.",
        "Of {live} customers who were live {days} before the end, {kept} still were: {share}.",
        rate.denominator,
    )
    return words.say(
        text,
        live=words.number(rate.denominator),
        days=words.within_days(figures.question.lapse_window_days),
        kept=words.number(rate.numerator),
        share=words.percent(rate.value),
    )


def _say_gaps(figures: Figures) -> SafeString | None:
    if figures.gaps.median is None:
        return None
    return words.say(
        _("Half of all next orders come within {days} of the one before."),
        days=words.within_days(figures.gaps.median),
    )


def _say_pareto(figures: Figures) -> SafeString | None:
    pareto = figures.pareto
    if pareto.top_20_share is None:
        return None
    text = ngettext(
        "The top 20% of customers bring {share} of gross sales; {count} customer alone brings 80%.",
        "The top 20% of customers bring {share} of gross sales; {count} customers bring 80%.",
        pareto.customers_for_80,
    )
    return words.say(
        text, share=words.percent(pareto.top_20_share, 2), count=words.number(pareto.customers_for_80)
    )
