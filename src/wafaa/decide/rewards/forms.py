"""What is asked when a reward is written, counted, or a redemption settled."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.act.vouchers.models import Pool
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.rewards.models import KINDS, STANDINGS, Redemption, Reward
from wafaa.decide.rewards.rules import (
    KEEPS_DEFAULT,
    POINTS_MAX,
    STOCK_MAX,
    Kind,
    Returning,
    Span,
    Standing,
)
from wafaa.decide.rewards.rules.terms import CARD_DAYS_MAX, MAY_BE_CODES, VALUED, Money, Terms, find_faults
from wafaa.decide.rewards.words import RETURNS, SPANS, list_tiers
from wafaa.design.fields import DayField, LinesField, MoneyField, NumberField
from wafaa.kit.clock import end_of_day, start_of_day
from wafaa.kit.ids import new_id
from wafaa.kit.money import from_minor, to_minor
from wafaa.kit.text import choose_words, latin_digits
from wafaa.know.orders.queries import list_stores

NAME_LETTERS_MAX: Final = 100
TEXT_LETTERS_MAX: Final = 1_000
HOUR, DAY = 60, 24 * 60
KEEPS: Final = {
    15: gettext_lazy("a quarter of an hour"),
    HOUR: gettext_lazy("an hour"),
    DAY: gettext_lazy("a day"),
    7 * DAY: gettext_lazy("a week"),
    30 * DAY: gettext_lazy("30 days"),
    90 * DAY: gettext_lazy("90 days"),
}


def _text(label: Any, direction: str, most: int, *, is_long: bool = False) -> forms.CharField:
    attrs = {"dir": direction, **({"rows": 3} if is_long else {})}
    widget: Any = forms.Textarea(attrs=attrs) if is_long else forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


def _number(label: Any, most: int = STOCK_MAX, **more: Any) -> NumberField:
    return NumberField(label=label, min_value=1, max_value=most, required=False, **more)


def _money(label: Any, **more: Any) -> MoneyField:
    return MoneyField(label=label, min_value=0, max_digits=15, required=False, **more)


class RewardForm(forms.Form):
    """Amounts are in the business's money; those in other currencies are lines of their own."""

    use_required_attribute = False
    asked = ("value", "share", "sku")  # of the kinds that have them

    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"), queryset=Programme.objects.order_by("id"), empty_label=None
    )
    name_ar = _text(gettext_lazy("Name in Arabic"), "rtl", NAME_LETTERS_MAX)
    name_en = _text(gettext_lazy("Name in English"), "ltr", NAME_LETTERS_MAX)
    text_ar = _text(gettext_lazy("Text in Arabic"), "rtl", TEXT_LETTERS_MAX, is_long=True)
    text_en = _text(gettext_lazy("Text in English"), "ltr", TEXT_LETTERS_MAX, is_long=True)
    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG or WebP. It is drawn anew and made smaller."),
    )
    no_picture = forms.BooleanField(label=gettext_lazy("Take the picture off"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it gives"),
        choices=[(one.value, label) for one, label in KINDS.items()],
        initial=Kind.AMOUNT.value,
        widget=forms.RadioSelect,
    )
    value = _money(gettext_lazy("Amount"), help_text=gettext_lazy("Off, on the card, or what it is worth."))
    share = MoneyField(
        label=gettext_lazy("Per cent off"), min_value=0, max_value=100, decimal_places=2, required=False
    )
    most = _money(gettext_lazy("At most"))
    sku = forms.CharField(
        label=gettext_lazy("Product number"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    pool = forms.ModelChoiceField(
        label=gettext_lazy("As a code of these vouchers"),
        queryset=Pool.objects.order_by("-id"),
        required=False,
        empty_label=gettext_lazy("No code: it is shown at the till"),
        help_text=gettext_lazy("Each member gets a code of their own, which the online shop takes."),
    )
    card_days = _number(
        gettext_lazy("The card lives so many days"),
        CARD_DAYS_MAX,
        help_text=gettext_lazy("Empty is for ever."),
    )
    points = NumberField(label=gettext_lazy("Price"), min_value=1, max_value=POINTS_MAX)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"),
        queryset=Unit.objects.filter(currency="").order_by("id"),
        to_field_name="code",
        empty_label=None,
        help_text=gettext_lazy("What is counted, such as stamps, is drawn as a card with so many places."),
    )
    price = _money(gettext_lazy("Money besides"))
    minimum = _money(gettext_lazy("The cart comes to at least"))
    others = LinesField(
        label=gettext_lazy("In other currencies"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
        help_text=gettext_lazy(
            "One a line: the currency, the amount, and money besides, such as KWD 1.500 0.250."
        ),
    )
    stock = NumberField(
        label=gettext_lazy("In stock"),
        min_value=0,
        max_value=STOCK_MAX,
        required=False,
        help_text=gettext_lazy("Empty is without a limit."),
    )
    starts_on = DayField(label=gettext_lazy("From"), required=False)
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)
    keeps = forms.TypedChoiceField(
        label=gettext_lazy("To be used within"),
        coerce=int,
        initial=KEEPS_DEFAULT,
        choices=list(KEEPS.items()),
    )
    returning = forms.ChoiceField(
        label=gettext_lazy("When its order is refunded, what comes back"),
        choices=[(one.value, label) for one, label in RETURNS.items()],
        initial=Returning.WHOLE.value,
        widget=forms.RadioSelect,
    )
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Only for these tiers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stores = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these stores"), required=False, widget=forms.CheckboxSelectMultiple
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, reward: Reward | None = None, **kwargs: Any) -> None:
        self.reward = reward
        self.business = get_business()
        self.currency = self.business.currency
        told = self._read_reward() if reward else {}
        kwargs["initial"] = {"key": new_id(), **kwargs.get("initial", {}), **told}
        super().__init__(*args, **kwargs)
        for span in Span:
            for name, label in (
                ("member", pgettext_lazy("limit", "Each member, at most %(span)s")),
                ("all", pgettext_lazy("limit", "All together, at most %(span)s")),
            ):
                self.fields[f"{name}_{span}"] = _number(str(label) % {"span": SPANS[span]})
        self._name_choices()
        if reward is not None:
            for gone in ("programme", "stock"):
                del self.fields[gone]

    def _name_choices(self) -> None:
        reward = self.reward
        self._offer(
            "stores", [(one.code, str(one)) for one in list_stores()], reward.stores if reward else []
        )
        programme_ids = [reward.programme_id] if reward else None
        self._offer("tiers", list_tiers(programme_ids).items(), reward.tiers if reward else [])
        for name, say in (("unit", name_unit), ("pool", str), ("programme", _name_programme)):
            chooser = self.fields[name]
            assert isinstance(chooser, forms.ModelChoiceField)
            chooser.label_from_instance = say  # type: ignore[method-assign,assignment]  # as Django documents
        keeps = self.fields["keeps"]
        assert isinstance(keeps, forms.TypedChoiceField)
        if self.reward and self.reward.keeps not in KEEPS:
            words = _("%(count)s minutes") % {"count": self.reward.keeps}
            keeps.choices = [*KEEPS.items(), (self.reward.keeps, words)]

    def _offer(self, name: str, known: Iterable[tuple[str, str]], chosen: Sequence[str]) -> None:
        """What was chosen stays on offer, also where it is gone; without anything to choose there is no field."""
        labels = dict(known)
        labels |= {one: one for one in chosen if one not in labels}
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(value, format_html("<bdi>{}</bdi>", label)) for value, label in labels.items()]
        if not labels:
            del self.fields[name]

    def _read_reward(self) -> dict[str, Any]:
        one = self.reward
        assert one is not None
        terms, zone = one.terms, self.business.zone
        money = terms.moneys.get(self.currency, Money())
        others = [
            f"{code} {from_minor(each.value, code)} {from_minor(each.price, code)}"
            for code, each in terms.moneys.items()
            if code != self.currency
        ]
        return {
            **{f"name_{code}": one.name.get(code, "") for code in ("ar", "en")},
            **{f"text_{code}": one.text.get(code, "") for code in ("ar", "en")},
            **{f"member_{span}": limit for span, limit in terms.member_limits.items()},
            **{f"all_{span}": limit for span, limit in terms.limits.items()},
            "kind": one.kind,
            "value": self._from_minor(money.value),
            "price": self._from_minor(money.price),
            "minimum": self._from_minor(money.minimum),
            "most": self._from_minor(money.most or 0),
            "others": others,
            "share": Decimal(one.share_bp) / 100 if one.share_bp else None,
            "sku": one.sku,
            "pool": one.pool_id,
            "card_days": one.card_days,
            "points": one.points,
            "unit": one.unit.code,
            "starts_on": one.starts_at.astimezone(zone).date() if one.starts_at else None,
            "ends_on": _find_last_day(one.ends_at, zone) if one.ends_at else None,
            "keeps": one.keeps,
            "returning": one.returning,
            "tiers": one.tiers,
            "stores": one.stores,
        }

    def _from_minor(self, minor: int) -> Decimal | None:
        return from_minor(minor, self.currency) if minor else None

    def clean_others(self) -> dict[str, Money]:
        told = {}
        for line in self.cleaned_data["others"]:
            code, *amounts = latin_digits(line).upper().split()
            try:
                value, price = [to_minor(Decimal(one), code) for one in [*amounts, "0"][:2]]
            except (InvalidOperation, ValueError) as error:
                raise ValidationError(_("This line can't be read: %(line)s") % {"line": line}) from error
            if len(code) != len("SAR") or not code.isalpha() or min(value, price) < 0:
                raise ValidationError(_("This line can't be read: %(line)s") % {"line": line})
            told[code] = Money(value=value, price=price)
        return told

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not told.get("name_ar") and not told.get("name_en"):
            self.add_error("name_ar", _("Give it a name in one of the two languages."))
        programme = told.get("programme")
        if programme and set(told.get("tiers") or ()) - set(list_tiers([programme.pk])):
            self.add_error("tiers", _("This tier belongs to another programme."))
        if "points" in told:
            for fault in find_faults(self.read_terms(told), has_pool=bool(told.get("pool"))):
                field, words = _ERRORS.get(fault.field, (fault.field, _("This makes no sense.")))
                if field in self.fields and field not in self.errors:
                    self.add_error(field, str(words))
        return told

    def read_terms(self, told: dict[str, Any]) -> Terms:
        """What has been filled in so far; what the kind has no use for is left out."""
        zone, kind = self.business.zone, Kind(told.get("kind") or Kind.AMOUNT)
        starts, ends = told.get("starts_on"), told.get("ends_on")
        unit = told.get("unit")
        return Terms(
            name={code: told.get(f"name_{code}") or "" for code in ("ar", "en")},
            text={code: told[f"text_{code}"] for code in ("ar", "en") if told.get(f"text_{code}")},
            kind=kind,
            points=told.get("points") or 0,
            unit=unit.code if isinstance(unit, Unit) else unit or "points",
            moneys=self._read_moneys(told, kind),
            share_bp=int((told.get("share") or 0) * 100) if kind is Kind.PERCENT else 0,
            sku=(told.get("sku") or "").strip() if kind is Kind.PRODUCT else "",
            card_days=told.get("card_days") if kind is Kind.CARD else None,
            tiers=list(told.get("tiers") or ()),
            stores=list(told.get("stores") or ()),
            starts_at=start_of_day(starts, zone) if starts else None,
            ends_at=end_of_day(ends, zone) if ends else None,
            keeps=told.get("keeps") or KEEPS_DEFAULT,
            returning=Returning(told.get("returning") or Returning.WHOLE),
            member_limits=_read_limits(told, "member"),
            limits=_read_limits(told, "all"),
            stock=told.get("stock"),
        )

    def _read_moneys(self, told: dict[str, Any], kind: Kind) -> dict[str, Money]:
        if kind is Kind.PAYMENT:
            return {}
        own = Money(
            value=self._to_minor(told.get("value")) if kind in VALUED else 0,
            price=self._to_minor(told.get("price")),
            minimum=self._to_minor(told.get("minimum")),
            most=self._to_minor(told.get("most")) or None if kind in {Kind.PERCENT, Kind.SHIPPING} else None,
        )
        others = told.get("others") or {}
        others = others if isinstance(others, dict) else {}
        return {**({self.currency: own} if own != Money() or kind in VALUED or others else {}), **others}

    def _to_minor(self, amount: Decimal | None) -> int:
        return to_minor(amount, self.currency) if amount else 0

    def get_pool(self) -> Pool | None:
        """Only where the kind may be a code."""
        pool: Pool | None = self.cleaned_data.get("pool")
        return pool if Kind(self.cleaned_data["kind"]) in MAY_BE_CODES else None

    def list_initial(self) -> dict[str, Any]:
        """As the form begins."""
        return {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}


def _name_programme(one: Programme) -> str:
    from django.utils.translation import get_language

    return choose_words(one.name, get_language() or "ar") or str(one)


def _read_limits(told: dict[str, Any], whose: str) -> dict[Span, int]:
    return {span: told[f"{whose}_{span}"] for span in Span if told.get(f"{whose}_{span}")}


def _find_last_day(ends_at: datetime, zone: Any) -> date:
    """The last day that an end, which is the first moment of no validity, leaves."""
    day = ends_at.astimezone(zone).date()
    return date.fromordinal(day.toordinal() - 1) if start_of_day(day, zone) == ends_at else day


_ERRORS: Final[dict[str, tuple[str, Any]]] = {
    "moneys": ("value", gettext_lazy("Say how much.")),
    "share_bp": ("share", gettext_lazy("Say how much: between 0 and 100.")),
    "sku": ("sku", gettext_lazy("Say which product.")),
    "pool": ("pool", gettext_lazy("Choose the vouchers that the code is of.")),
    "ends_at": ("ends_on", gettext_lazy("The last day lies before the first.")),
    "points": ("points", gettext_lazy("Say how much.")),
}


class StockForm(forms.Form):
    """What is left from now on; empty is not counted."""

    remaining = NumberField(
        label=gettext_lazy("In stock"),
        min_value=0,
        max_value=STOCK_MAX,
        required=False,
        help_text=gettext_lazy("Empty is without a limit."),
    )


class SettleForm(forms.Form):
    """What is done with a redemption, and why."""

    deed = forms.ChoiceField(choices=[(one, one) for one in ("confirm", "cancel", "back")])
    points = NumberField(label=gettext_lazy("Points that come back"), min_value=1, required=False)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, one: Redemption | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id(), "points": one.left if one else None}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("deed") in {"cancel", "back"} and not (told.get("reason") or "").strip():
            self.add_error("reason", _("Say why: it stands with it from then on."))
        return told


class RedemptionFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Code, or a name"), required=False, max_length=150)
    state = forms.TypedChoiceField(
        label=pgettext_lazy("redemption", "State"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", pgettext_lazy("filter", "All")),
            *((one.value, word) for one, word in STANDINGS.items()),
        ],
    )
    heed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def get_asked(self) -> dict[str, Any]:
        self.is_valid()
        state = self.cleaned_data.get("state")
        return {
            "search": self.cleaned_data.get("q") or "",
            "state": Standing(state) if state else None,
            "needs_heed": bool(self.cleaned_data.get("heed")),
        }
