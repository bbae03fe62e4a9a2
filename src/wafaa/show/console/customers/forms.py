"""What may be asked of the list of customers: the segment-like parameters of its address.

q, store, country, group (RFM), live=live|lapsed, tag (several: all of them), owner (a number, "me" or "none"), since and
until (days of the last counted order), orders_min, orders_max, field_<key> (of own fields with numbers or days: from_<key>
and to_<key>).
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.access.staff.rules import Capability
from wafaa.design.formats import name_country
from wafaa.know.customers.models import OwnField, Tag
from wafaa.know.customers.queries import list_countries
from wafaa.know.customers.rules import TEXT_MAX, Kind, OwnValue, list_spellings, make_range, read_own_value
from wafaa.know.orders.queries import get_store_scope, list_stores
from wafaa.learn.measures.group_definitions import get_group_words
from wafaa.science.rfm import GROUPS
from wafaa.show.console.customers.listing import CustomerFilter

FIELD_PREFIX, FROM_PREFIX, TO_PREFIX = "field_", "from_", "to_"
RANGED = frozenset({Kind.NUMBER, Kind.DATE})
ME, NOBODY = "me", "none"
# PostgreSQL's integer; a list of more orders than that is nobody's
ORDERS_MAX = 2_000_000_000
DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


KIND_LABELS = {
    Kind.TEXT: _("Text"),
    Kind.NUMBER: pgettext_lazy("kind", "Number"),
    Kind.DATE: _("Date"),
    Kind.YES_NO: _("Yes or no"),
    Kind.CHOICE: _("One of several"),
}
COLOUR_LABELS = {
    "grey": _("Grey"),
    "green": _("Green"),
    "amber": _("Amber"),
    "red": _("Red"),
    "blue": _("Blue"),
    "purple": _("Purple"),
}
CHOICES_MAX = 100


class ViewForm(forms.Form):
    name = forms.CharField(max_length=100)
    asked = forms.CharField(max_length=4_000, required=False)
    is_shared = forms.BooleanField(required=False)


class OwnFieldForm(forms.Form):
    """An own field; of one that exists key and kind stay."""

    label_ar = forms.CharField(label=_("Label in Arabic"), max_length=100, required=False)
    label_en = forms.CharField(
        label=_("Label in English"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    key = forms.RegexField(
        r"^[a-z][a-z0-9_]*$",
        label=_("Key"),
        max_length=50,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("Small Latin letters, digits and underscores. Files and programs name the field by it."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_LABELS.items()))
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line; only for a field of which one of several holds."),
    )

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in () if is_new else ("key", "kind"):
            self.fields[name].disabled = True

    def clean_choices(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines()]
        return list(dict.fromkeys(line[:100] for line in lines if line))[:CHOICES_MAX]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("label_ar") and not cleaned.get("label_en"):
            self.add_error("label_ar", gettext("Give it a label in at least one language."))
        if cleaned.get("kind") == Kind.CHOICE and not cleaned.get("choices"):
            self.add_error("choices", gettext("Name at least one choice."))
        return cleaned


class CustomerFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=_("Name, e-mail, phone or number"), required=False, max_length=200)
    group = forms.ChoiceField(label=_("Customer group"), required=False)
    tag = forms.TypedMultipleChoiceField(label=_("Tags"), required=False, coerce=int)
    store = forms.TypedChoiceField(label=_("Store"), required=False, coerce=int, empty_value=None)
    country = forms.ChoiceField(label=_("Country"), required=False)
    live = forms.ChoiceField(
        label=_("Last order"),
        required=False,
        choices=[
            ("", _("Whenever")),
            ("live", _("Within the lapse window")),
            ("lapsed", _("Before the lapse window")),
        ],
    )
    owner = forms.ChoiceField(label=_("Responsible"), required=False)
    since = forms.DateField(label=_("Last order from"), required=False, widget=DATE)
    until = forms.DateField(label=_("Last order to"), required=False, widget=DATE)
    orders_min = forms.IntegerField(
        label=_("Orders at least"), required=False, min_value=0, max_value=ORDERS_MAX
    )
    orders_max = forms.IntegerField(
        label=_("Orders at most"), required=False, min_value=0, max_value=ORDERS_MAX
    )

    def __init__(
        self, asked: QueryDict, *, staff: Staff, tags: Sequence[Tag], own_fields: Sequence[OwnField]
    ) -> None:
        super().__init__(asked)
        self.staff, self.own_fields = staff, own_fields
        self.stores = get_store_scope(staff)
        self.sees_personal = staff.may(Capability.SEE_PERSONAL)
        if not self.sees_personal:
            self.fields["q"].label = _("Customer number")
        stores = [(str(store.id), str(store)) for store in list_stores(self.stores)]
        self._offer("store", _("All stores"), stores, fewest=2)
        countries = [(told, name_country(told, get_language() or "")) for told in list_countries()]
        self._offer("country", _("All countries"), countries, fewest=2)
        sees_figures = staff.may(Capability.SEE_FIGURES)
        groups = [(group, get_group_words(group).label) for group in GROUPS] if sees_figures else []
        self._offer("group", _("All groups"), groups)
        people = [(str(one.pk), str(one)) for one in list_staff() if one.is_active or one.pk == staff.pk]
        self._offer(
            "owner",
            _("Everybody"),
            [(ME, _("Me")), (NOBODY, pgettext_lazy("responsible", "Nobody")), *people],
        )
        self._offer("tag", _("All tags"), [(str(tag.pk), tag.name) for tag in tags])
        for own in own_fields:
            if own.kind in RANGED:
                self.fields[FROM_PREFIX + own.key] = make_field(
                    own, label=gettext("%(field)s from") % {"field": own}
                )
                self.fields[TO_PREFIX + own.key] = make_field(
                    own, label=gettext("%(field)s to") % {"field": own}
                )
            else:
                self.fields[FIELD_PREFIX + own.key] = make_field(own, nothing=_("Any"))

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, Any]], *, fewest: int = 1) -> None:
        """A field without a choice goes."""
        if len(choices) < fewest:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        multiple = isinstance(field, forms.MultipleChoiceField)
        field.choices = choices if multiple else [("", everything), *choices]

    def get_filter(self) -> CustomerFilter:
        self.is_valid()
        given = self.cleaned_data
        owner = given.get("owner") or ""
        bought_once = self.data.get("bought") == "once"  # as addresses of old said it
        return CustomerFilter(
            search=given.get("q") or "",
            store_id=given.get("store"),
            country=given.get("country") or "",
            group=given.get("group") or "",
            live=given.get("live") or "",
            tags=tuple(given.get("tag") or ()),
            owner=self.staff.pk if owner == ME else int(owner) if owner.isdigit() else None,
            has_owner=False if owner == NOBODY else None,
            since=given.get("since"),
            until=given.get("until"),
            orders_min=1 if bought_once else given.get("orders_min"),
            orders_max=1 if bought_once else given.get("orders_max"),
            own_values=self._get_own_values(),
            own_ranges=self._get_own_ranges(),
            stores=self.stores,
            sees_personal=self.sees_personal,
        )

    def _get_own_values(self) -> dict[str, Any]:
        found = {}
        for own in self.own_fields:
            value = self._read(FIELD_PREFIX, own)
            # text that a file brought may be personal: whoever sees masks only must not guess it
            if value is not None and (self.sees_personal or own.kind != Kind.TEXT):
                found[own.key] = list_spellings(own.kind, value)
        return found

    def _get_own_ranges(self) -> tuple[str, ...]:
        found = ((own, self._read(FROM_PREFIX, own), self._read(TO_PREFIX, own)) for own in self.own_fields)
        return tuple(
            make_range(own.kind, own.key, low, high)
            for own, low, high in found
            if (low, high) != (None, None)
        )

    def _read(self, prefix: str, own: OwnField) -> OwnValue:
        given = self.cleaned_data.get(prefix + own.key)
        try:
            return read_own_value(own.kind, "" if given is None else str(given), own.choices)
        except ValueError:
            return None

    def list_further(self) -> list[forms.BoundField]:
        """What the page folds away behind the search and the first choices."""
        return [bound for bound in self if bound.name not in {"q", "group"}]

    def uses_further(self) -> bool:
        return any(bound.value() for bound in self.list_further())


def make_field(own: OwnField, *, label: str = "", nothing: Any = "–") -> forms.Field:
    """How a value of this own field is asked for; what it means is read by rules.read_own_value."""
    label = label or str(own)
    match own.kind:
        case Kind.YES_NO:
            yes_no = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
            return forms.ChoiceField(label=label, required=False, choices=[("", nothing), *yes_no])
        case Kind.CHOICE:
            choices = [("", nothing), *((one, one) for one in own.choices)]
            return forms.ChoiceField(label=label, required=False, choices=choices)
        case Kind.DATE:
            return forms.DateField(label=label, required=False, widget=DATE)
        case Kind.NUMBER:
            widget = forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"})
            return forms.CharField(label=label, required=False, max_length=30, widget=widget)
    return forms.CharField(label=label, required=False, max_length=TEXT_MAX)
