"""What staff tell when they put a balance right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.act.points.rules import AMOUNT_MAX
from wafaa.act.points.words import REASONS
from wafaa.kit.ids import new_id

DIRECTIONS = {"in": _("Add"), "out": _("Take away")}


class AdjustForm(forms.Form):
    """Sent twice, by a double press or by going back, it moves once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    direction = forms.ChoiceField(
        label=_("What to do"), choices=list(DIRECTIONS.items()), widget=forms.RadioSelect, initial="in"
    )
    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_value=AMOUNT_MAX)
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose …")), *REASONS.items()])

    def __init__(self, *args: Any, scale: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id(), "direction": "in"}
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, forms.DecimalField)
        amount.decimal_places = scale
        self.scale = scale

    def get_amount(self) -> int:
        """In the unit's smallest part, below 0 where it is taken away."""
        told = int(self.cleaned_data["amount"] * 10**self.scale)
        return told if self.cleaned_data["direction"] == "in" else -told
