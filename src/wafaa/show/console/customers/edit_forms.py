"""The form of one customer, with the business's own fields."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.know.customers.models import Customer, OwnField, Tag
from wafaa.know.customers.rules import PROFILE_FIELDS, Kind, OwnValue, read_own_value
from wafaa.show.console.customers.forms import DATE, FIELD_PREFIX
from wafaa.show.console.customers.rows import read_kept

# Both commas, for people type the one of their keyboard.
_COMMAS = re.compile(r"[,،;\n]+")
TAGS_MAX = 50


class CustomerForm(forms.Form):
    """Only what differs is written, so that a colleague's change of another field stays."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=300, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"dir": "ltr"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    external_id = forms.CharField(label=gettext_lazy("Customer number"), max_length=200, required=False)
    language = forms.CharField(
        label=gettext_lazy("Language"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("A code such as ar or en."),
    )
    country = forms.CharField(label=gettext_lazy("Country"), max_length=100, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    birth_date = forms.DateField(label=gettext_lazy("Birth date"), required=False, widget=DATE)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Responsible"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=pgettext_lazy("responsible", "Nobody"),
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=2_000,
        help_text=gettext_lazy("Separate them by commas; a new word makes a new tag."),
        widget=forms.TextInput(attrs={"list": "known-tags"}),
    )

    def __init__(
        self, data: Any, *, customer: Customer, tags: Sequence[Tag], own_fields: Sequence[OwnField]
    ) -> None:
        initial = {name: getattr(customer, name) for name in PROFILE_FIELDS}
        initial |= {"owner": customer.owner_id, "tags": ", ".join(tag.name for tag in tags)}
        initial |= {FIELD_PREFIX + own.key: _show_kept(customer, own) for own in own_fields}
        super().__init__(data, initial=initial)
        self.own_fields = own_fields
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = list_staff()
        for own in own_fields:
            self.fields[FIELD_PREFIX + own.key] = make_field(own)

    def clean_tags(self) -> list[str]:
        names = [name.strip() for name in _COMMAS.split(self.cleaned_data["tags"]) if name.strip()]
        if len(names) > TAGS_MAX:
            raise forms.ValidationError(_("A customer wears at most %(most)s tags.") % {"most": TAGS_MAX})
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for own in self.own_fields:
            name = FIELD_PREFIX + own.key
            if name not in cleaned:
                continue
            try:
                cleaned[name] = read_own_value(own.kind, str(cleaned[name] or ""), own.choices)
            except ValueError:
                self.add_error(name, _("This value cannot be read."))
        return cleaned

    def get_own_values(self) -> dict[str, OwnValue]:
        """Of the fields that were changed."""
        return {
            own.key: self.cleaned_data[FIELD_PREFIX + own.key]
            for own in self.own_fields
            if FIELD_PREFIX + own.key in self.changed_data
        }

    def list_own(self) -> list[forms.BoundField]:
        return [self[FIELD_PREFIX + own.key] for own in self.own_fields]


def make_field(own: OwnField) -> forms.Field:
    """How a value of this own field is asked for; what it means is read by rules.read_own_value."""
    label = str(own)
    match own.kind:
        case Kind.YES_NO:
            yes_no = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
            return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *yes_no])
        case Kind.CHOICE:
            choices = [("", "–"), *((one, one) for one in own.choices)]
            return forms.ChoiceField(label=label, required=False, choices=choices)
        case Kind.DATE:
            return forms.DateField(label=label, required=False, widget=DATE)
        case Kind.NUMBER:
            widget = forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"})
            return forms.CharField(label=label, required=False, max_length=30, widget=widget)
    return forms.CharField(label=label, required=False, max_length=500)


def _show_kept(customer: Customer, own: OwnField) -> Any:
    value = read_kept(customer, own)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
