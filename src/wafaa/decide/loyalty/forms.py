"""What staff tell when they put a balance right, change the numbers of a rule, or what a programme is."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.queries import get_business
from wafaa.act.points.rules import AMOUNT_MAX, Policy
from wafaa.act.points.words import REASONS
from wafaa.decide.loyalty.actions import Plan
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.rules import NIGHTS, Effect, Span
from wafaa.decide.loyalty.rules.content import POINTS_MAX, Caps, Content, Earn, Worth
from wafaa.decide.loyalty.rules.durations import read_days, read_months, write_days, write_months
from wafaa.decide.loyalty.words import SPANS
from wafaa.design.fields import MoneyField, NumberField
from wafaa.kit.ids import new_id
from wafaa.kit.money import decimals_of, from_minor, name_currency, to_minor

DIRECTIONS = {"in": _("Add"), "out": _("Take away")}


class AdjustForm(forms.Form):
    """Sent twice, by a double press or by going back, it moves once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    direction = forms.ChoiceField(
        label=_("What to do"), choices=list(DIRECTIONS.items()), widget=forms.RadioSelect, initial="in"
    )
    amount = MoneyField()
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose …")), *REASONS.items()])

    def __init__(self, *args: Any, scale: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id(), "direction": "in"}
        super().__init__(*args, **kwargs)
        least = Decimal(1).scaleb(-scale)
        self.fields["amount"] = MoneyField(
            label=pgettext_lazy("ledger", "Amount"),
            min_value=least,
            max_value=AMOUNT_MAX * least,
            decimal_places=scale,
        )
        self.scale = scale

    def get_amount(self) -> int:
        """In the unit's smallest part, below 0 where it is taken away."""
        told = int(self.cleaned_data["amount"] * 10**self.scale)
        return told if self.cleaned_data["direction"] == "in" else -told


class RuleForm(forms.Form):
    """The few numbers of a rule that a manager changes; what it does not ask stays as it is."""

    is_on = forms.BooleanField(label=_("This rule holds"), required=False)
    points = NumberField(label=_("How many"), min_value=1, max_value=POINTS_MAX)
    per = MoneyField(label=_("for each"), min_value=0, max_value=10**9)
    pending_days = NumberField(
        label=_("Days until it can be used"), min_value=0, max_value=365, required=False
    )
    lives_months = NumberField(label=_("Months until it ends"), min_value=0, max_value=120, required=False)

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
            self.fields["per"].label = _("for each %(currency)s spent") % {
                "currency": name_currency(rule.currency, get_language() or "en")
            }
        elif rule.effect is Effect.PIECE:
            self.fields["per"].label = (
                _("for each … nights") if rule.unit == NIGHTS else _("for each … pieces")
            )
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


POLICIES = {
    Policy.OWE: _("It is owed, and paid from what comes next"),
    Policy.FORGIVE: _("It is forgiven"),
    Policy.CHARGE: _("Its worth is kept back from the money, and the preview of a refund says how much"),
}


def ask_limit(label: Any) -> NumberField:
    return NumberField(label=label, min_value=1, max_value=POINTS_MAX, required=False)


class ProgrammeForm(forms.Form):
    """Everything but the rules."""

    use_required_attribute = False

    name_ar = forms.CharField(
        label=_("Name in Arabic"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"dir": "rtl"}),
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    is_automatic = forms.BooleanField(label=_("Everybody who buys is a member"), required=False)
    policy = forms.ChoiceField(
        label=_("When a refund takes back what was spent already"),
        choices=[(one.value, words) for one, words in POLICIES.items()],
        widget=forms.RadioSelect,
    )
    worth_points = ask_limit(_("So many"))
    worth_money = MoneyField(label=_("are worth"), min_value=0, max_digits=15, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, programme: Programme, content: Content
    ) -> None:
        self.currency = content.worth.currency if content.worth else get_business().currency
        initial = {
            "name_ar": programme.name.get("ar", ""),
            "name_en": programme.name.get("en", ""),
            "is_automatic": programme.is_automatic,
            "policy": programme.policy,
            **{f"cap_{span}": count for span, count in content.cap_points.items()},
        }
        if content.worth:
            initial |= {
                "worth_points": content.worth.points,
                "worth_money": from_minor(content.worth.minor, self.currency),
            }
        super().__init__(data, initial=initial)
        self.fields["worth_money"].label = _("are worth, in %(currency)s") % {
            "currency": name_currency(self.currency, get_language() or "en")
        }
        for span in Span:
            self.fields[f"cap_{span}"] = ask_limit(SPANS[span])

    @property
    def caps(self) -> list[forms.BoundField]:
        return [self[f"cap_{span}"] for span in Span]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not (told.get("name_ar") or told.get("name_en")):
            self.add_error("name_ar", _("Give it a name in one of the two languages."))
        is_read = not {"worth_points", "worth_money"} & set(self.errors)
        if is_read and bool(told["worth_points"]) is not bool(told["worth_money"]):
            self.add_error("worth_money", _("Say both, or neither."))
        elif is_read and told.get("policy") == Policy.CHARGE and not told["worth_points"]:
            self.add_error("policy", _("Say below what a point is worth: by that it is charged."))
        return told

    def get_plan(self) -> Plan:
        told = self.cleaned_data
        name = {key: told[f"name_{key}"].strip() for key in ("ar", "en") if told[f"name_{key}"].strip()}
        return Plan(name=name, is_automatic=told["is_automatic"], policy=Policy(told["policy"]))

    def get_worth(self) -> Worth | None:
        told = self.cleaned_data
        if not told["worth_points"]:
            return None
        return Worth(
            points=told["worth_points"],
            minor=to_minor(told["worth_money"], self.currency),
            currency=self.currency,
        )

    def get_caps(self) -> Caps:
        return {span: told for span in Span if (told := self.cleaned_data[f"cap_{span}"])}
