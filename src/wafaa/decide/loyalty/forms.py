"""What staff tell when they put a balance right, or change the numbers of a rule."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.act.points.rules import AMOUNT_MAX
from wafaa.act.points.words import REASONS
from wafaa.decide.loyalty.rules import Effect
from wafaa.decide.loyalty.rules.content import POINTS_MAX, Earn
from wafaa.decide.loyalty.rules.durations import read_days, read_months, write_days, write_months
from wafaa.kit.ids import new_id
from wafaa.kit.money import decimals_of

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


class RuleForm(forms.Form):
    """The few numbers of a rule that a manager changes; what it does not ask stays as it is."""

    is_on = forms.BooleanField(label=_("This rule holds"), required=False)
    points = forms.IntegerField(label=_("How many"), min_value=1, max_value=POINTS_MAX)
    per = forms.DecimalField(label=_("for each"), min_value=0, max_value=10**9, required=False)
    pending_days = forms.IntegerField(
        label=_("Days until it can be used"), min_value=0, max_value=365, required=False
    )
    lives_months = forms.IntegerField(
        label=_("Months until it ends"), min_value=0, max_value=120, required=False
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, rule: Earn) -> None:
        self.rule = rule
        self.decimals = decimals_of(rule.currency) if rule.effect is Effect.MONEY else 0
        initial = {
            "is_on": True,
            "points": rule.points,
            "per": Decimal(rule.per).scaleb(-self.decimals),
            "pending_days": read_days(rule.pending),
            "lives_months": read_months(rule.lives),
        }
        super().__init__(data, prefix=f"rule{rule.id}", initial=initial)
        if rule.effect is Effect.MONEY:
            self.fields["per"].label = _("for each %(currency)s spent") % {"currency": rule.currency}
        elif rule.effect is Effect.PIECE:
            self.fields["per"].label = _("for each … pieces")
        else:
            del self.fields["per"]
        if rule.effect is Effect.TIMES:
            del self.fields["points"]

    def clean_per(self) -> int:
        """Minor units, or pieces."""
        per = self.cleaned_data["per"]
        minor = int(per.scaleb(self.decimals)) if per else 0
        if minor < 1 or (per and per.scaleb(self.decimals) != minor):
            raise forms.ValidationError(_("The number is too small or too large."))
        return minor

    def get_rule(self) -> Earn | None:
        """As it is to be; None where it is to hold no more."""
        told = self.cleaned_data
        if not told["is_on"]:
            return None
        changes: dict[str, Any] = {
            "points": told.get("points", self.rule.points),
            "per": told.get("per", self.rule.per),
        }
        # a form that this one cannot show stays
        if not self.rule.pending or read_days(self.rule.pending) is not None:
            changes["pending"] = write_days(told["pending_days"])
        if (not self.rule.lives or read_months(self.rule.lives) is not None) and told[
            "lives_months"
        ] != read_months(self.rule.lives):
            changes["lives"] = write_months(told["lives_months"])
            changes["lives_to"] = self.rule.lives_to if told["lives_months"] else ""
        return msgspec.structs.replace(self.rule, **changes)
