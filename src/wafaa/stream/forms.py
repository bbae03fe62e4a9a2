"""What is asked before a stretch of the past is handed on again."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.stream.rules import Consumer


class ReplayForm(forms.Form):
    consumer = forms.ChoiceField(label=_("Who hears them again"))
    since = forms.DateField(
        label=_("Came in from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until, this day included"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, consumers: Sequence[Consumer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bearing = [one.name for one in consumers if one.replayable or one.replays_to_end]
        field = self.fields["consumer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in bearing]

    def get_period(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """The moments at which the first day begins and the last one ends; None is no end."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return _begin(since, zone), _begin(until + timedelta(days=1) if until else None, zone)


def _begin(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None
