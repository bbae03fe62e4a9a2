"""What is asked when vouchers are made or changed, and of their lists."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.access.business.queries import get_business
from wafaa.act.vouchers.models import KINDS, Pool
from wafaa.act.vouchers.rules import (
    BATCH_CODES_MAX,
    NAME_LETTERS_MAX,
    PATTERN_DEFAULT,
    PATTERN_LETTERS_MAX,
    Kind,
    Terms,
    check_terms,
    normalise_pattern,
)
from wafaa.act.vouchers.rules.terms import GIVES
from wafaa.act.vouchers.words import STATES
from wafaa.design.fields import DayField, LinesField, MoneyField, NumberField
from wafaa.design.formats import name_channel
from wafaa.kit.clock import end_of_day, start_of_day
from wafaa.kit.ids import new_id
from wafaa.kit.money import from_minor, name_currency, to_minor
from wafaa.know.orders.queries import list_channels, list_stores

CODES_AT_FIRST = 100
UPLOAD_BYTES_MAX = 5 * 1024**2


def _limit(label: Any, **more: Any) -> NumberField:
    return NumberField(
        label=label,
        min_value=1,
        max_value=10**9,
        required=False,
        **more,
    )


def _money(label: Any, **more: Any) -> MoneyField:
    return MoneyField(
        label=label,
        min_value=0,
        max_digits=15,
        required=False,
        **more,
    )


IN_CURRENCY = {
    "amount": gettext_lazy("Amount, in %(currency)s"),
    "cap": gettext_lazy("At most, in %(currency)s"),
    "minimum": gettext_lazy("The cart comes to at least, in %(currency)s"),
}
GIVES_FIELDS = ("kind", "share", "amount", "cap", "sku")


class PoolForm(forms.Form):
    """Of vouchers that are there, what they give is left out: it never changes."""

    use_required_attribute = False

    name_ar = forms.CharField(
        label=gettext_lazy("Name in Arabic"),
        max_length=NAME_LETTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"dir": "rtl"}),
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"),
        max_length=NAME_LETTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it gives"),
        choices=[(one.value, label) for one, label in KINDS.items()],
        initial=Kind.PERCENT.value,
        widget=forms.RadioSelect,
    )
    share = MoneyField(
        label=gettext_lazy("Per cent off"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
    )
    amount = _money(gettext_lazy("Amount"))
    cap = _money(gettext_lazy("At most"))
    sku = forms.CharField(
        label=gettext_lazy("Product number"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=gettext_lazy("One piece of it in the cart costs nothing."),
    )
    starts_on = DayField(
        label=gettext_lazy("Valid from"),
        required=False,
    )
    ends_on = DayField(
        label=gettext_lazy("Last day"),
        required=False,
    )
    minimum = _money(
        gettext_lazy("The cart comes to at least"),
        help_text=gettext_lazy("After other discounts, without shipping."),
    )
    code_uses_max = _limit(
        gettext_lazy("Uses of each code"), initial=1, help_text=gettext_lazy("Empty is without a limit.")
    )
    customer_uses_max = _limit(
        gettext_lazy("Uses by each customer"),
        help_text=gettext_lazy("The customer has to be known then."),
    )
    uses_max = _limit(gettext_lazy("Uses of all codes together"))
    stores = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these stores"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Only by these channels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = LinesField(
        label=gettext_lazy("Only for these categories"),
        required=False,
        help_text=gettext_lazy("One a line."),
    )
    skus = LinesField(
        label=gettext_lazy("Only for these product numbers"),
        required=False,
        help_text=gettext_lazy("One a line."),
    )
    pattern = forms.CharField(
        label=gettext_lazy("How codes look"),
        max_length=PATTERN_LETTERS_MAX,
        required=False,
        initial=PATTERN_DEFAULT,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Each `#` becomes a letter or digit that nobody mistakes for another. Leave it empty if you bring all codes in lists."
        ),
    )
    count = NumberField(
        label=gettext_lazy("How many codes now"),
        min_value=0,
        max_value=BATCH_CODES_MAX,
        initial=CODES_AT_FIRST,
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pool: Pool | None = None, **kwargs: Any) -> None:
        self.pool = pool
        self.business = get_business()
        self.currency = pool.currency if pool and pool.currency else self.business.currency
        kwargs["initial"] = {
            **kwargs.get("initial", {}),
            "key": new_id(),
            **(self._read_pool() if pool else {}),
        }
        super().__init__(*args, **kwargs)
        self._offer("stores", [(one.code, format_html("<bdi>{}</bdi>", str(one))) for one in list_stores()])
        self._offer("channels", [(one, name_channel(one)) for one in list_channels()])
        if pool is not None:
            for name in (*GIVES_FIELDS, "count"):
                del self.fields[name]
        elif not self.is_bound:
            self._require_gives()
        self._name_currency()

    def _name_currency(self) -> None:
        """Amounts say what they are of."""
        currency = name_currency(self.currency, get_language() or "en")
        for name in {"amount", "cap", "minimum"} & self.fields.keys():
            self.fields[name].label = IN_CURRENCY[name] % {"currency": currency}

    def _require_gives(self) -> None:
        """Shown only where the kind has them, and not called optional there; read_terms asks for the right ones."""
        for name in {"share", "amount", "sku"} & self.fields.keys():
            self.fields[name].required = True

    def _offer(self, name: str, choices: list[Any]) -> None:
        """What is chosen already stays to be chosen; a field with nothing to choose from is not there."""
        known = {value for value, _label in choices}
        chosen = getattr(self.pool, name) if self.pool else []
        choices += [(one, one) for one in chosen if one not in known]
        if not choices:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def _read_pool(self) -> dict[str, Any]:
        pool, zone = self.pool, self.business.zone
        assert pool is not None
        return {
            "name_ar": pool.name.get("ar", ""),
            "name_en": pool.name.get("en", ""),
            "starts_on": pool.starts_at.astimezone(zone).date() if pool.starts_at else None,
            "ends_on": _find_last_day(pool.ends_at, zone) if pool.ends_at else None,
            "minimum": from_minor(pool.minimum_minor, self.currency) if pool.minimum_minor else None,
            "code_uses_max": pool.code_uses_max,
            "customer_uses_max": pool.customer_uses_max,
            "uses_max": pool.uses_max,
            "stores": pool.stores,
            "channels": pool.channels,
            "categories": pool.categories,
            "skus": pool.skus,
            "pattern": pool.pattern,
        }

    def clean_pattern(self) -> str:
        told: str = self.cleaned_data["pattern"]
        if told.strip() and not normalise_pattern(told):
            raise ValidationError(
                _(
                    "A pattern has Latin letters, digits, dashes and at least six # signs, such as SUMMER-####-####."
                )
            )
        return normalise_pattern(told)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not told.get("name_ar") and not told.get("name_en"):
            self.add_error("name_ar", _("Give it a name in one of the two languages."))
        for name in check_terms(self.read_terms(told)):
            field, error = _ERRORS.get(name, (name, _("This limit makes no sense.")))
            if field in self.fields:
                self.add_error(field, str(error))
        if told.get("count") and not told.get("pattern") and "pattern" in told:
            self.add_error("pattern", _("Codes can be made only by a pattern."))
        self._require_gives()
        return told

    def read_terms(self, told: dict[str, Any]) -> Terms:
        """What has been filled in so far."""
        zone = self.business.zone
        starts, ends = told.get("starts_on"), told.get("ends_on")
        kind = Kind(told.get("kind") or Kind.PERCENT)
        terms = Terms(
            kind=kind,
            currency=self.currency,
            amount_minor=self._to_minor(told.get("amount")) if kind in {Kind.AMOUNT, Kind.GIFT} else 0,
            share_bp=int((told.get("share") or 0) * 100) if kind is Kind.PERCENT else 0,
            cap_minor=self._to_minor(told.get("cap")) or None
            if kind in {Kind.PERCENT, Kind.SHIPPING}
            else None,
            sku=(told.get("sku") or "").strip() if kind is Kind.PRODUCT else "",
            starts_at=start_of_day(starts, zone) if starts else None,
            ends_at=end_of_day(ends, zone) if ends else None,
            uses_max=told.get("uses_max"),
            code_uses_max=told.get("code_uses_max"),
            customer_uses_max=told.get("customer_uses_max"),
            minimum_minor=self._to_minor(told.get("minimum")),
            stores=tuple(told.get("stores") or ()),
            channels=tuple(told.get("channels") or ()),
            categories=tuple(told.get("categories") or ()),
            skus=tuple(told.get("skus") or ()),
        )
        if self.pool is None:
            return terms
        return replace(terms, **{name: getattr(self.pool.terms, name) for name in GIVES})

    def list_initial(self) -> dict[str, Any]:
        """As the form begins."""
        return {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}

    def _to_minor(self, amount: Decimal | None) -> int:
        return to_minor(amount, self.currency) if amount else 0

    def get_name(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"name_{language}"] for language in ("ar", "en")}

    def get_key(self) -> str:
        return f"form:{self.cleaned_data.get('key') or new_id()}"


_ERRORS: dict[str, tuple[str, Any]] = {
    "amount_minor": ("amount", gettext_lazy("Say how much.")),
    "share_bp": ("share", gettext_lazy("Say how much: between 0 and 100.")),
    "sku": ("sku", gettext_lazy("Say which product.")),
    "ends_at": ("ends_on", gettext_lazy("The last day lies before the first.")),
    "stores": ("stores", gettext_lazy("Choose fewer.")),
    "channels": ("channels", gettext_lazy("Choose fewer.")),
    "categories": ("categories", gettext_lazy("200 lines at most.")),
    "skus": ("skus", gettext_lazy("200 lines at most.")),
}


def _find_last_day(ends_at: datetime, zone: Any) -> date:
    """The last day that an end, which is the first moment of no validity, leaves."""
    day = ends_at.astimezone(zone).date()
    return date.fromordinal(day.toordinal() - 1) if start_of_day(day, zone) == ends_at else day


class PoolFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Name, or a code"), required=False, max_length=150)
    state = forms.ChoiceField(
        label=pgettext_lazy("voucher", "State"),
        required=False,
        choices=[("", pgettext_lazy("filter", "All")), *STATES.items()],
    )

    def get_asked(self) -> dict[str, str]:
        self.is_valid()
        return {"search": self.cleaned_data.get("q") or "", "state": self.cleaned_data.get("state") or ""}


class CodeFilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Code"), required=False, max_length=150)
    state = forms.ChoiceField(
        label=pgettext_lazy("voucher", "State"),
        required=False,
        choices=[
            ("", pgettext_lazy("filter", "All")),
            ("unused", pgettext_lazy("vouchers", "not used")),
            ("used", pgettext_lazy("vouchers", "used or held")),
            ("full", pgettext_lazy("vouchers", "used up")),
            ("personal", pgettext_lazy("vouchers", "of one customer")),
            ("withdrawn", pgettext_lazy("vouchers", "withdrawn")),
        ],
    )

    def get_asked(self) -> dict[str, str]:
        self.is_valid()
        return {"search": self.cleaned_data.get("q") or "", "state": self.cleaned_data.get("state") or ""}


class MoreForm(forms.Form):
    """Further codes by the pattern."""

    count = NumberField(
        label=gettext_lazy("How many"),
        min_value=1,
        max_value=BATCH_CODES_MAX,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id(), "count": CODES_AT_FIRST}
        super().__init__(*args, **kwargs)


class ImportForm(forms.Form):
    """Codes that are there already: pasted, or as a file; both together are one list."""

    pasted = forms.CharField(
        label=gettext_lazy("Codes"),
        required=False,
        max_length=UPLOAD_BYTES_MAX,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"}),
        help_text=gettext_lazy("One a line."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=gettext_lazy("CSV or text; the first column counts."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id()}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        file = told.get("file")
        if file is not None and file.size > UPLOAD_BYTES_MAX:
            raise ValidationError(_("The file is larger than 5 MB. Bring it in parts."))
        told["lines"] = [*_read_file(file), *(told.get("pasted") or "").splitlines()]
        if not any(line.strip() for line in told["lines"]):
            raise ValidationError(_("There is no code in the list."))
        return told


def _read_file(file: Any) -> Iterable[str]:
    if file is None:
        return []
    raw: bytes = file.read()
    try:
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return raw.decode("latin-1").splitlines()
