"""The forms of sharing and of the weekly mail."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

WEEKDAYS = {
    7: _("Sunday"),
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
}


class ShareForm(forms.Form):
    at = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    last_day = forms.DateField(
        label=_("Last day on which the link works"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("At most 90 days from now."),
    )
    language = forms.ChoiceField(label=_("Language of the page"), choices=settings.LANGUAGES)


_HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class CaseMailForm(forms.Form):
    is_on = forms.BooleanField(label=_("Send me my cases each morning"), required=False)
    hour = forms.TypedChoiceField(
        label=_("Hour"), coerce=int, choices=_HOURS, help_text=_("In the business's time zone.")
    )


class WeeklyForm(forms.Form):
    is_on = forms.BooleanField(label=_("Send the weekly mail"), required=False)
    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=list(WEEKDAYS.items()))
    hour = forms.TypedChoiceField(
        label=_("Hour"),
        coerce=int,
        choices=_HOURS,
        help_text=_("In the business's time zone."),
    )
