"""What staff tell of ends: the ladder of notices, idleness, what is put off for all, what is brought back."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.rules.content import Content
from wafaa.decide.loyalty.rules.ending import BACK_DAYS_MAX, IDLE_MONTHS_MAX, find_wrong_ends
from wafaa.design.fields import DayField, NumberField, read_digits
from wafaa.kit.ids import new_id

EXTEND_DAYS_MAX = 366


class EndsForm(forms.Form):
    """Kept in the draft; it holds with the rules."""

    warns = forms.CharField(
        label=_("Tell owners so many days before something ends"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
        help_text=_("Several steps with commas between them, such as 30, 7, 1. Empty: nobody is told."),
    )
    idle_months = NumberField(
        label=_("Months without an order or another activity until everything ends"),
        min_value=0,
        max_value=IDLE_MONTHS_MAX,
        required=False,
        help_text=_(
            "For what has no end of its own by its rule, and for what is earned from then on. 0: nothing ends by idleness."
        ),
    )
    back_days = NumberField(
        label=_("Days for which staff can bring back what ended"),
        min_value=0,
        max_value=BACK_DAYS_MAX,
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, content: Content) -> None:
        self.content = content
        super().__init__(
            data,
            initial={
                "warns": ", ".join(str(one) for one in content.warns),
                "idle_months": content.idle_months,
                "back_days": content.back_days,
            },
        )

    def clean_warns(self) -> tuple[int, ...]:
        told = str(read_digits(self.cleaned_data["warns"])).replace("\u060c", ",")
        parts = [one.strip() for one in told.split(",") if one.strip()]
        if not all(re.fullmatch(r"[0-9]{1,3}", one) for one in parts):
            raise forms.ValidationError(_("Write whole numbers with commas between them."))
        steps = tuple(sorted((int(one) for one in parts), reverse=True))
        if list(
            find_wrong_ends(msgspec.structs.replace(self.content, warns=steps, idle_months=0, back_days=0))
        ):
            raise forms.ValidationError(_("At most five different steps, of 1 to 365 days."))
        return steps

    def get_content(self) -> Content:
        told = self.cleaned_data
        return msgspec.structs.replace(
            self.content,
            warns=told["warns"],
            idle_months=told["idle_months"] or 0,
            back_days=told["back_days"] or 0,
        )


class UnitField(forms.ModelChoiceField[Unit]):
    """By what units are called."""

    def label_from_instance(self, obj: Any) -> str:
        return name_unit(obj)


class ExtendForm(forms.Form):
    """Sent twice it is done once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    unit = UnitField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    first = DayField(label=_("What would end from"))
    last = DayField(label=_("up to and with"))
    days = NumberField(label=_("ends so many days later"), min_value=1, max_value=EXTEND_DAYS_MAX)

    def __init__(self, data: Mapping[str, Any] | None = None, *, units: Any) -> None:
        super().__init__(data, initial={"key": new_id()})
        choice = self.fields["unit"]
        assert isinstance(choice, UnitField)
        choice.queryset = units

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        first, last = told.get("first"), told.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first."))
        return told


class BackForm(forms.Form):
    """Sent twice it comes back once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    days = NumberField(label=_("It can be used for so many days"), min_value=1, max_value=EXTEND_DAYS_MAX)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"key": new_id(), "days": 30})
