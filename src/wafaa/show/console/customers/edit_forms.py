"""The form of one customer, with the business's own fields."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.design.formats import list_countries, list_languages
from wafaa.know.customers.models import Customer, OwnField, Tag
from wafaa.know.customers.rules import PROFILE_FIELDS, OwnValue, read_own_value
from wafaa.show.console.customers.forms import DATE, FIELD_PREFIX, make_field
from wafaa.show.console.customers.rows import fits_kind, read_kept

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
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
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
        reader = get_language() or ""
        self._offer("language", list_languages(reader), customer.language)
        self._offer("country", list_countries(reader), customer.country)
        people = self.fields["owner"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = list_staff()
        for own in own_fields:
            fits = fits_kind(read_kept(customer, own), own)
            # what a file brought is shown as it is: a field of its kind would show nothing, and saving take it away
            field = make_field(own) if fits else forms.CharField(label=str(own), required=False)
            self.fields[FIELD_PREFIX + own.key] = field

    def _offer(self, name: str, choices: Sequence[tuple[str, str]], kept: str) -> None:
        """What a file told otherwise (a country's name, `en-GB`) stays one of the choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        other = [] if kept in {"", *dict(choices)} else [(kept, kept)]
        field.choices = [("", "–"), *other, *choices]

    def clean_tags(self) -> list[str]:
        names = [name.strip() for name in _COMMAS.split(self.cleaned_data["tags"]) if name.strip()]
        if len(names) > TAGS_MAX:
            raise forms.ValidationError(_("A customer wears at most %(most)s tags.") % {"most": TAGS_MAX})
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for own in self.own_fields:
            name = FIELD_PREFIX + own.key
            if name not in cleaned or name not in self.changed_data:
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


def _show_kept(customer: Customer, own: OwnField) -> Any:
    value = read_kept(customer, own)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
