"""All that a rule may say, as one form. What its trigger or its effect makes needless is hidden by the page and left out here."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.forms import ask_limit
from wafaa.decide.loyalty.rules import NIGHTS, ONCE_BP, Effect, Rounding, Span, Trigger
from wafaa.decide.loyalty.rules.content import Content, Earn, Fault, find_faults
from wafaa.decide.loyalty.rules.durations import read_days, read_months, write_days, write_months
from wafaa.decide.loyalty.rules.presets import UNITS
from wafaa.decide.loyalty.rules.values import read_given, read_minute, write_minute, write_value
from wafaa.decide.loyalty.words import (
    EVENTS,
    ROUNDINGS,
    SPANS,
    TRIGGERS,
    WEEKDAYS,
    list_tier_names,
    say_fault,
)
from wafaa.design.fields import DayField, LinesField, MoneyField, NumberField
from wafaa.kit.money import from_minor, name_currency, to_minor
from wafaa.know.journey.words import LABELS
from wafaa.learn.segments.offers import Offers, name_segment
from wafaa.learn.segments.queries import list_segments
from wafaa.stream.queries import list_event_names

HEARD_MAX: Final = 100
NAME_MAX: Final = 150
EFFECTS: Final = {
    Effect.MONEY: _("so many for each amount spent"),
    Effect.PIECE: _("so many for each piece"),
    Effect.FIXED: _("a fixed number"),
    Effect.TIMES: _("several times what the other rules give"),
}
LIVES_TO: Final = {
    "": _("to the day"),
    "month": pgettext_lazy("ends after a time", "at the end of that month"),
    "quarter": pgettext_lazy("ends after a time", "at the end of that quarter"),
    "year": pgettext_lazy("ends after a time", "at the end of that year"),
}
# Fields of a rule that the form calls otherwise.
FIELDS: Final = {
    "from_minute": "from_time", "to_minute": "to_time", "cap_points": "cap_points_day", "cap_uses": "cap_uses_day",
    "budget_minor": "budget_money", "pending": "pending_days", "lives": "lives_months",
}  # fmt: skip
GOODS: Final = ("skus", "categories", "not_skus", "not_categories")
FOLDED: Final = {
    "goods": GOODS,
    "reckoning": ("before_discounts", "with_shipping"),
    "times": ("from_time", "to_time", "weekdays"),
    "places": ("stores", "channels"),
    "tiers": ("tiers",),
    "segments": ("segments",),
    "all": ("budget_points", "budget_uses", "budget_money"),
    "beside": ("grouping",),
}
ONLY_ORDERS: Final = (
    "minimum", "is_first", "skus", "categories", "not_skus", "not_categories", "stores", "channels",
)  # fmt: skip


class TimeInput(forms.TimeInput):
    input_type = "time"


def _lines(label: Any) -> LinesField:
    return LinesField(label=label, required=False)


class EarnForm(forms.Form):
    use_required_attribute = False
    asked = ("event", "points", "factor", "money", "pieces")

    name_ar = forms.CharField(
        label=_("Name in Arabic"),
        max_length=NAME_MAX,
        required=False,
        widget=forms.TextInput(attrs={"dir": "rtl"}),
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=NAME_MAX,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    trigger = forms.ChoiceField(
        label=_("When"),
        choices=[
            (Trigger.ORDER.value, TRIGGERS[Trigger.ORDER]),
            (Trigger.EVENT.value, _("for an event")),
            *((one, words) for one, words in TRIGGERS.items() if one != Trigger.ORDER),
        ],
    )
    event = forms.ChoiceField(label=_("What happens"), required=False)
    given = LinesField(
        label=_("Only where its properties say"),
        required=False,
        help_text=_("One a line, such as `channel = app`."),
    )
    effect = forms.ChoiceField(
        label=_("How many"),
        choices=[(one.value, words) for one, words in EFFECTS.items()],
        widget=forms.RadioSelect,
    )
    unit = forms.ChoiceField(label=_("Unit"))
    points = ask_limit(_("How many"))
    factor = MoneyField(
        label=_("How many times"), min_value=0, max_value=1000, decimal_places=4, required=False
    )
    money = MoneyField(label=_("for each amount of"), min_value=0, max_digits=15, required=False)
    pieces = ask_limit(_("for each … pieces"))
    rounding = forms.ChoiceField(
        label=_("What is left over"),
        choices=[(one.value, ROUNDINGS[one]) for one in Rounding],
        required=False,
    )
    before_discounts = forms.BooleanField(label=_("Counted before discounts"), required=False)
    with_tax = forms.BooleanField(label=_("Counted with tax"), required=False)
    with_shipping = forms.BooleanField(label=_("Counted with shipping"), required=False)
    minimum = MoneyField(label=_("The amount comes to at least"), min_value=0, max_digits=15, required=False)
    is_first = forms.BooleanField(label=_("Only for the first order"), required=False)
    categories = _lines(_("Only on these categories"))
    skus = _lines(_("Only on these product numbers"))
    not_categories = _lines(_("Not on these categories"))
    not_skus = _lines(_("Not on these product numbers"))
    from_day = DayField(label=_("From"), required=False)
    to_day = DayField(label=_("Last day"), required=False)
    from_time = forms.TimeField(label=_("From the hour"), required=False, widget=TimeInput(format="%H:%M"))
    to_time = forms.TimeField(label=_("To the hour"), required=False, widget=TimeInput(format="%H:%M"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        coerce=int,
        required=False,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    stores = forms.MultipleChoiceField(
        label=_("Only in these stores"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=_("Only by these channels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    segments = forms.TypedMultipleChoiceField(
        label=_("Only for these segments"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    tiers = forms.MultipleChoiceField(
        label=_("Only for these tiers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    budget_points = ask_limit(_("In all, for all customers"))
    budget_uses = ask_limit(_("How often in all"))
    budget_money = MoneyField(label=_("Worth in all"), min_value=0, max_digits=15, required=False)
    grouping = forms.CharField(
        label=_("Group"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Of the rules of one group only the best one counts."),
    )
    place = NumberField(label=_("Its place among the rules"), min_value=1, required=False)
    pending_days = NumberField(
        label=_("Days until it can be used"), min_value=0, max_value=365, required=False
    )
    lives_months = NumberField(label=_("Months until it ends"), min_value=0, max_value=120, required=False)
    lives_to = forms.ChoiceField(label=_("It ends"), choices=list(LIVES_TO.items()), required=False)
    ends_on = DayField(label=_("Or on a fixed last day"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rule: Earn,
        content: Content,
    ) -> None:
        """`rule` is the one to be changed, or what a new one begins with."""
        self.rule, self.content = rule, content
        self.currency = rule.currency or get_business().currency
        super().__init__(data, initial=self._read())
        for span in Span:
            self.fields[f"cap_points_{span}"] = ask_limit(SPANS[span])
            self.fields[f"cap_uses_{span}"] = ask_limit(SPANS[span])
        offers = Offers()
        self._offer("event", [("", _("Choose …")), *_list_events(rule.event)])
        self._offer("unit", _list_units(content))
        self._offer("stores", offers.stores, rule.stores)
        self._offer("channels", offers.channels, rule.channels)
        self._offer(
            "segments",
            [(str(one.uuid), name_segment(one)) for one in list_segments()],
            map(str, rule.segments),
        )
        self._offer("tiers", list(list_tier_names(content).items()), rule.tiers)
        self.fields["money"].label = _("for each %(currency)s") % {
            "currency": name_currency(self.currency, get_language() or "en")
        }
        if rule.unit == NIGHTS:
            self._speak_of_nights()

    def _speak_of_nights(self) -> None:
        """What hotels sell by the piece."""
        self.fields["pieces"].label = _("for each … nights")
        effect = self.fields["effect"]
        assert isinstance(effect, forms.ChoiceField)
        nights = {Effect.PIECE.value: _("so many for each night")}
        effect.choices = [(one.value, nights.get(one.value, words)) for one, words in EFFECTS.items()]

    @cached_property
    def opens(self) -> dict[str, bool]:
        """What says something, or is wrong, is not folded away."""
        is_open = {
            part: any(self[name].value() or self[name].errors for name in names if name in self.fields)
            for part, names in FOLDED.items()
        }
        rounds = self["rounding"].value() not in {None, "", Rounding.DOWN}
        untaxed = self["effect"].value() == Effect.MONEY and not self["with_tax"].value()
        caps = any(self[f"cap_{kind}_{span}"].value() for kind in ("points", "uses") for span in Span)
        return is_open | {
            "reckoning": is_open["reckoning"] or rounds or untaxed,
            "caps": caps,
            "beside": is_open["beside"] or bool(self["place"].errors),
        }

    @property
    def caps(self) -> list[dict[str, Any]]:
        """For each span the two fields, as rows of a table."""
        return [
            {"words": SPANS[span], "points": self[f"cap_points_{span}"], "uses": self[f"cap_uses_{span}"]}
            for span in Span
        ]

    def _offer(self, name: str, choices: Any, chosen: Any = ()) -> None:
        """What is chosen already stays to be chosen; a field with nothing to choose from is not there."""
        choices = list(choices)
        known = {str(value) for value, _label in choices}
        choices += [(one, one) for one in chosen if one not in known]
        if not choices:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        if isinstance(field, forms.MultipleChoiceField):
            choices = [(value, format_html("<bdi>{}</bdi>", label)) for value, label in choices]
        field.choices = choices

    def _read(self) -> dict[str, Any]:
        rule = self.rule
        plain = {name: getattr(rule, name) for name in rule.__struct_fields__ if name in self.base_fields}
        caps = {f"cap_points_{span}": count for span, count in rule.cap_points.items()}
        caps |= {f"cap_uses_{span}": count for span, count in rule.cap_uses.items()}
        numbers = [one.id for one in self.content.rules]
        return {
            **plain,
            **caps,
            "name_ar": rule.name.get("ar", ""),
            "name_en": rule.name.get("en", ""),
            "segments": [str(one) for one in rule.segments],
            "given": [f"{key} = {write_value(told)}" for key, told in rule.given.items()],
            "factor": Decimal(rule.points) / ONCE_BP if rule.effect is Effect.TIMES else 2,
            "money": self._write_money(rule.per if rule.effect is Effect.MONEY else None),
            "pieces": rule.per if rule.effect is Effect.PIECE else 1,
            "minimum": self._write_money(rule.minimum),
            "budget_money": self._write_money(rule.budget_minor),
            "from_time": write_minute(rule.from_minute),
            "to_time": write_minute(rule.to_minute),
            "pending_days": read_days(rule.pending),
            "lives_months": read_months(rule.lives),
            "place": numbers.index(rule.id) + 1 if rule.id in numbers else len(numbers) + 1,
        }

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for fault in self.list_faults():
                field = FIELDS.get(fault.field, fault.field)
                if field == "per":
                    field = "money" if told["effect"] == Effect.MONEY else "pieces"
                elif field == "points" and told["effect"] == Effect.TIMES:
                    field = "factor"
                self.add_error(field if field in self.fields else None, say_fault(fault))
        return told

    def list_faults(self) -> list[Fault]:
        """Of this rule among the others."""
        rule = self.get_rule()
        return [one for one in find_faults(self.put_into(self.content, rule)) if one.rule == rule.id]

    def put_into(self, content: Content, rule: Earn) -> Content:
        """The rules with this one at its place."""
        others = [one for one in content.rules if one.id != rule.id]
        place = (self.cleaned_data.get("place") or len(others) + 1) - 1
        return msgspec.structs.replace(content, rules=[*others[:place], rule, *others[place:]])

    def get_rule(self) -> Earn:
        """As far as it is filled in."""
        told = self.cleaned_data
        effect, trigger = (
            Effect(told.get("effect") or Effect.FIXED),
            Trigger(told.get("trigger") or Trigger.ORDER),
        )
        if trigger is not Trigger.ORDER:
            effect = Effect.FIXED
        takes = {name: told.get(name) or None for name in ONLY_ORDERS} if trigger is Trigger.ORDER else {}
        counts = effect in {Effect.MONEY, Effect.PIECE}
        asks_money = effect is Effect.MONEY or bool(takes.get("minimum"))
        return Earn(
            id=self.rule.id,
            name={
                key: told[f"name_{key}"].strip()
                for key in ("ar", "en")
                if (told.get(f"name_{key}") or "").strip()
            },
            trigger=trigger,
            event=(told.get("event") or "") if trigger is Trigger.EVENT else "",
            given=read_given(told.get("given") or ()) if trigger is Trigger.EVENT else {},
            unit=told.get("unit") or self.rule.unit,
            effect=effect,
            points=int((told.get("factor") or 0) * ONCE_BP)
            if effect is Effect.TIMES
            else told.get("points") or 0,
            per=self._read_per(effect, told),
            currency=self.currency if asks_money else "",
            before_discounts=effect is Effect.MONEY and bool(told.get("before_discounts")),
            with_tax=bool(told.get("with_tax")) if effect is Effect.MONEY else True,
            with_shipping=effect is Effect.MONEY and bool(told.get("with_shipping")),
            rounding=Rounding(told.get("rounding") or Rounding.DOWN)
            if counts or effect is Effect.TIMES
            else Rounding.DOWN,
            from_day=told.get("from_day"),
            to_day=told.get("to_day"),
            weekdays=sorted(told.get("weekdays") or []),
            from_minute=read_minute(told.get("from_time")),
            to_minute=read_minute(told.get("to_time")),
            stores=list(takes.get("stores") or []),
            channels=list(takes.get("channels") or []),
            segments=list(told.get("segments") or []),
            tiers=list(told.get("tiers") or []),
            skus=list(takes.get("skus") or []),
            categories=list(takes.get("categories") or []),
            not_skus=list(takes.get("not_skus") or []),
            not_categories=list(takes.get("not_categories") or []),
            minimum=self._read_money(takes.get("minimum")),
            is_first=bool(takes.get("is_first")),
            cap_points={span: told[f"cap_points_{span}"] for span in Span if told.get(f"cap_points_{span}")},
            cap_uses={span: told[f"cap_uses_{span}"] for span in Span if told.get(f"cap_uses_{span}")},
            budget_points=told.get("budget_points"),
            budget_uses=told.get("budget_uses"),
            budget_minor=self._read_money(told.get("budget_money")),
            grouping=(told.get("grouping") or "").strip(),
            **self._read_life(told),
        )

    def _read_per(self, effect: Effect, told: Mapping[str, Any]) -> int:
        if effect is Effect.MONEY:
            return self._read_money(told.get("money")) or 0
        return (told.get("pieces") or 1) if effect is Effect.PIECE else 1

    def _read_life(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """A duration that the form cannot show stays as it was written."""
        rule, life = (
            self.rule,
            {"ends_on": told.get("ends_on"), "pending": self.rule.pending, "lives": self.rule.lives},
        )
        if not rule.pending or read_days(rule.pending) is not None:
            life["pending"] = write_days(told.get("pending_days"))
        if (not rule.lives or read_months(rule.lives) is not None) and told.get(
            "lives_months"
        ) != read_months(rule.lives):
            life["lives"] = write_months(told.get("lives_months"))
        return {**life, "lives_to": (told.get("lives_to") or "") if life["lives"] else ""}

    def _read_money(self, amount: Decimal | None) -> int | None:
        return to_minor(amount, self.currency) if amount else None

    def _write_money(self, minor: int | None) -> Decimal | None:
        return None if minor is None else from_minor(minor, self.currency)


def _list_events(own: str) -> list[tuple[str, Any]]:
    """Those with words of their own, those heard of, and the one that stands."""
    heard = list_event_names().values_list("name", flat=True)[:HEARD_MAX]
    names = dict.fromkeys([*EVENTS, *LABELS, *heard, *([own] if own else [])])
    said = [
        (name, str(EVENTS.get(name) or LABELS.get(name) or name))
        for name in names
        if name not in {"page", "screen", "identify"}
    ]
    return sorted(said, key=lambda one: one[1])


def _list_units(content: Content) -> list[tuple[str, str]]:
    known = {one.code: name_unit(one) for one in Unit.objects.filter(currency="").order_by("id")}
    codes = dict.fromkeys([*known, *UNITS, *(one.unit for one in content.rules)])
    return [(code, known.get(code) or _name_ready(code)) for code in codes]


def _name_ready(code: str) -> str:
    ready = UNITS.get(code)
    return name_unit(Unit(code=code, name=ready.name)) if ready else code
