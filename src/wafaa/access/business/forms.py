"""The settings as one form."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.models import Business
from wafaa.access.business.rules import list_currencies, list_time_zones

WEEK_DAYS = [
    (6, _("Saturday")),
    (7, _("Sunday")),
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
]


class SettingsForm(forms.ModelForm[Business]):
    week_start = forms.TypedChoiceField(label=_("Week starts on"), choices=WEEK_DAYS, coerce=int)

    class Meta:
        model = Business
        fields = [
            "name",
            "language",
            "currency",
            "time_zone",
            "week_start",
            "prices_include_tax",
            "tax_percent",
            "lapse_window_days",
            "leaders_need_second_factor",
        ]
        labels = {
            "name": _("Name of the business"),
            "language": _("Language of the business"),
            "currency": _("Reporting currency"),
            "time_zone": _("Time zone"),
            "prices_include_tax": _("Prices include tax"),
            "tax_percent": _("Tax rate in per cent"),
            "lapse_window_days": _("Lapse window in days"),
            "leaders_need_second_factor": _("Owners and managers need a second factor"),
        }
        help_texts = {
            "language": _("For what customers read. Each member of staff chooses their own language."),
            "currency": _("Figures are in this currency. Orders in another one are shown apart."),
            "time_zone": _("Days, weeks and months begin by this clock."),
            "lapse_window_days": _("A customer whose last order is older than this counts as lapsed."),
            "leaders_need_second_factor": _("Whoever has none yet sets it up before any other page opens."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        for name, choices in (
            ("currency", list_currencies(language)),
            ("time_zone", list_time_zones(language)),
        ):
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
                choices=_with_present(choices, getattr(self.instance, name)),
            )


def _with_present(choices: list[tuple[str, str]], present: str) -> list[tuple[str, str]]:
    """What is set stays possible, also where it is not among those offered."""
    return choices if any(value == present for value, _ in choices) else [(present, present), *choices]
