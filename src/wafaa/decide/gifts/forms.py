"""What is asked of budgets, of what they give, of rules and draws, and of whoever gives."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import ROLE_LABELS
from wafaa.access.staff.rules import Capability, Role, capabilities_of
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import list_units
from wafaa.act.points.rules import UnitKind
from wafaa.act.points.words import name_unit
from wafaa.act.vouchers.models import Pool
from wafaa.act.vouchers.queries import list_pools
from wafaa.decide.gifts.models import KINDS, RULES, Budget, Present
from wafaa.decide.gifts.queries import list_presents
from wafaa.decide.gifts.rules import (
    COST_MAX,
    CUSTOMER_DAYS,
    DRAWN_MAX,
    NAME_LETTERS_MAX,
    NOTE_LETTERS_MAX,
    GiftKind,
    RuleKind,
)
from wafaa.decide.gifts.words import say_offer
from wafaa.design.fields import MoneyField, NumberField
from wafaa.kit.ids import new_id
from wafaa.kit.money import decimals_of, name_currency
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import list_segments

GIVERS = [role for role in Role if Capability.GIVE_GIFTS in capabilities_of(role)]
USUAL_GIVERS = (Role.OWNER, Role.MANAGER, Role.BRANCH_MANAGER, Role.AGENT)


def _name(label: Any, direction: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=NAME_LETTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"dir": direction}),
    )


def _note(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=NOTE_LETTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        **more,
    )


class NamedForm(forms.Form):
    """A name in one language at least, and a key so that twice is once."""

    use_required_attribute = False

    name_ar = _name(_("Name in Arabic"), "rtl")
    name_en = _name(_("Name in English"), "ltr")
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not told.get("name_ar") and not told.get("name_en"):
            self.add_error("name_ar", _("Give it a name in one of the two languages."))
        return told

    def get_name(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"name_{language}"].strip() for language in ("ar", "en")}


class BudgetForm(NamedForm):
    """The measure of a budget that is there stays."""

    measure = forms.ChoiceField(label=_("Counted in"), widget=forms.RadioSelect)
    per_month = MoneyField(label=_("In a month"), min_value=0)
    per_staff = MoneyField(
        label=_("By one employee in a month"),
        min_value=0,
        required=False,
        help_text=_("Above it a second person decides. Empty is without a limit."),
    )
    per_customer = MoneyField(
        label=_("To one customer"),
        min_value=0,
        required=False,
        help_text=_("Above it a second person decides; rules give nothing. Empty is without a limit."),
    )
    customer_days = NumberField(
        label=_("in so many days"), min_value=1, max_value=3650, initial=CUSTOMER_DAYS
    )
    roles = forms.MultipleChoiceField(
        label=_("Who gives from it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_on = forms.BooleanField(label=_("It is given from now"), required=False, initial=True)

    def __init__(self, *args: Any, budget: Budget | None = None, **kwargs: Any) -> None:
        self.budget = budget
        self.units = {f"unit-{one.pk}": one for one in list_units() if one.kind == UnitKind.POINTS}
        self.currency = (budget.currency if budget else "") or get_business().currency
        kwargs["initial"] = self._read(budget) if budget else {"roles": [str(one) for one in USUAL_GIVERS]}
        super().__init__(*args, **kwargs)
        sign = name_currency(self.currency, get_language() or "en")
        names = {"money": sign} | {key: name_unit(one) for key, one in self.units.items()}
        measures = [(key, format_html("<bdi>{}</bdi>", name)) for key, name in names.items()]
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]
        self.fields["measure"].initial = "money"
        self.fields["roles"].choices = [(str(one), ROLE_LABELS[one]) for one in GIVERS]  # type: ignore[attr-defined]
        if budget is not None:
            del self.fields["measure"]

    def _read(self, budget: Budget) -> dict[str, Any]:
        scale = _find_scale(budget.unit, budget.currency)
        amounts = {
            name: None if kept is None else Decimal(kept).scaleb(-scale)
            for name in ("per_month", "per_staff", "per_customer")
            for kept in [getattr(budget, name)]
        }
        return {
            "name_ar": budget.name.get("ar", ""),
            "name_en": budget.name.get("en", ""),
            "customer_days": budget.customer_days,
            "roles": budget.roles,
            "is_on": budget.is_on,
            **amounts,
        }

    def get_unit(self) -> Unit | None:
        if self.budget is not None:
            return self.budget.unit
        return self.units.get(self.cleaned_data["measure"])

    def get_limits(self) -> dict[str, Any]:
        told, unit = self.cleaned_data, self.get_unit()
        scale = _find_scale(unit, self.currency)
        amounts = {
            name: None if told[name] is None else int(told[name].scaleb(scale))
            for name in ("per_month", "per_staff", "per_customer")
        }
        return {
            **amounts,
            "customer_days": told["customer_days"],
            "roles": told["roles"],
            "is_on": told["is_on"],
        }


class PresentForm(NamedForm):
    """Points of one number, money off, free shipping, or codes that are there."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(one.value, label) for one, label in KINDS.items()],
        widget=forms.RadioSelect,
        initial=GiftKind.POINTS.value,
    )
    amount = MoneyField(
        label=_("How much"),
        min_value=0,
        required=False,
        help_text=_("Of points their number, of money off the amount."),
    )
    pool = forms.ChoiceField(label=_("Vouchers"), required=False)
    lives_days = NumberField(
        label=_("Days until the points end"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("Empty: they never end."),
    )
    cost = MoneyField(
        label=_("What it costs the budget"),
        min_value=0,
        required=False,
        help_text=_("Empty: the amount itself. Free shipping and codes need a number."),
    )

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.budget = budget
        self.currency = budget.currency or get_business().currency
        self.unit = budget.unit or next((one for one in list_units() if one.kind == UnitKind.POINTS), None)
        self.pools: dict[str, Pool] = {str(one.uuid): one for one in list_pools(state="running")[:200]}
        choices = [("", "–"), *((key, str(one)) for key, one in self.pools.items())]
        self.fields["pool"].choices = choices  # type: ignore[attr-defined]
        if self.unit is None:
            kept = [choice for choice in KINDS.items() if choice[0] is not GiftKind.POINTS]
            self.fields["kind"].choices = [(one.value, label) for one, label in kept]  # type: ignore[attr-defined]
            self.fields["kind"].initial = GiftKind.AMOUNT.value

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        kind = GiftKind(told.get("kind") or GiftKind.POINTS)
        if kind in {GiftKind.POINTS, GiftKind.AMOUNT} and not told.get("amount"):
            self.add_error("amount", _("Say how much."))
        if kind is GiftKind.CODE and not told.get("pool"):
            self.add_error("pool", _("Say which."))
        if told.get("cost") is None and not self._costs_itself(kind):
            self.add_error("cost", _("Say how much."))
        return told

    def _costs_itself(self, kind: GiftKind) -> bool:
        by_points = self.budget.unit_id is not None
        return kind is (GiftKind.POINTS if by_points else GiftKind.AMOUNT)

    def get_values(self) -> dict[str, Any]:
        told = self.cleaned_data
        kind = GiftKind(told["kind"])
        amount = told["amount"] or Decimal(0)
        minor = int(amount.scaleb(decimals_of(self.currency)))
        scale = _find_scale(self.budget.unit, self.budget.currency)
        cost = minor if told["cost"] is None else int(told["cost"].scaleb(scale))
        return {
            "kind": kind,
            "name": self.get_name(),
            "cost": min(cost, COST_MAX),
            "unit": self.unit,
            "points": int(amount.scaleb(self.unit.scale)) if self.unit and kind is GiftKind.POINTS else 0,
            "lives_days": told["lives_days"],
            "amount_minor": minor,
            "currency": self.currency,
            "pool": self.pools.get(told["pool"]) if kind is GiftKind.CODE else None,
            "key": told["key"],
        }


class RuleForm(NamedForm):
    kind = forms.ChoiceField(
        label=_("After which purchase"),
        choices=[(one.value, label) for one, label in RULES.items()],
        widget=forms.RadioSelect,
        initial=RuleKind.FIRST_ORDER.value,
    )
    minimum = MoneyField(label=_("The order comes to at least"), min_value=0, required=False)
    present = forms.ChoiceField(label=_("What is given"))
    note_ar = _note(_("Note in Arabic"))
    note_en = _note(_("Note in English"))
    takes_back = forms.BooleanField(
        label=_("Take back what is left of it when the order is refunded"), required=False, initial=True
    )

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = get_business().currency
        self.presents = _offer_presents(self, budget)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("kind") == RuleKind.ORDER_ABOVE and not told.get("minimum"):
            self.add_error("minimum", _("Say how much."))
        return told

    def get_values(self) -> dict[str, Any]:
        told = self.cleaned_data
        minimum = told["minimum"] or Decimal(0)
        return {
            "key": told["key"],
            "name": self.get_name(),
            "kind": RuleKind(told["kind"]),
            "present": self.presents[told["present"]],
            "minimum_minor": int(minimum.scaleb(decimals_of(self.currency))),
            "currency": self.currency,
            "note": {"ar": told["note_ar"], "en": told["note_en"]},
            "takes_back": told["takes_back"],
        }


class DrawForm(forms.Form):
    """By lot, of everybody in a segment; nobody has to buy for it."""

    use_required_attribute = False

    segment = forms.ChoiceField(label=_("Among whom"))
    present = forms.ChoiceField(label=_("What is given"))
    count = NumberField(label=_("To how many"), min_value=1, max_value=DRAWN_MAX)
    note = _note(_("Note to them"))
    licence = forms.CharField(
        label=_("Licence number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("Where the law asks for one. It is kept with the draw."),
    )
    is_lawful = forms.BooleanField(label=_("We know what the law here asks of a draw, and keep to it"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id()}
        super().__init__(*args, **kwargs)
        self.presents = _offer_presents(self, budget)
        self.segments: dict[str, Segment] = {str(one.uuid): one for one in list_segments()[:200]}
        choices = [("", _("Choose …")), *((key, str(one)) for key, one in self.segments.items())]
        self.fields["segment"].choices = choices  # type: ignore[attr-defined]

    def get_values(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "key": told["key"],
            "segment": self.segments[told["segment"]],
            "present": self.presents[told["present"]],
            "count": told["count"],
            "note": told["note"],
            "licence": told["licence"],
        }


class GiveForm(forms.Form):
    """One press chooses the gift; the note is the employee's own."""

    present = forms.ChoiceField(label=pgettext_lazy("gift", "Gift"), widget=forms.RadioSelect)
    note = _note(_("Your note to the customer"))
    tells_by_mail = forms.BooleanField(
        label=_("Send it by mail, too"),
        required=False,
        help_text=_("If the customer agreed to such mails, and not at night."),
    )
    case = forms.UUIDField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, presents: list[Present], case: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id(), "case": case}
        super().__init__(*args, **kwargs)
        self.presents = {str(one.uuid): one for one in presents}
        self.fields["present"].choices = [(key, say_offer(one)) for key, one in self.presents.items()]  # type: ignore[attr-defined]


def _offer_presents(form: forms.Form, budget: Budget) -> dict[str, Present]:
    found = {str(one.uuid): one for one in list_presents(budget).filter(is_on=True)}
    form.fields["present"].choices = [(key, str(one)) for key, one in found.items()]  # type: ignore[attr-defined]
    return found


def _find_scale(unit: Unit | None, currency: str) -> int:
    return unit.scale if unit else decimals_of(currency)
