"""Forms of the console's own pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.access.staff.models import ROLE_LABELS
from wafaa.access.staff.rules import Role, works_at_stores
from wafaa.show.console.words.deeds import say_deed

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TrailFilter(forms.Form):
    """Which part of the audit trail is shown; a field that cannot be read is left out."""

    search = forms.CharField(label=_("Search"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    deed = forms.ChoiceField(label=_("What was done"), required=False)
    since = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DATE)
    until = forms.DateField(label=pgettext_lazy("date", "To"), required=False, widget=DATE)

    def __init__(self, *args: Any, people: Sequence[str], deeds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = forms.ChoiceField(
            label=_("Person"),
            required=False,
            choices=[("", _("Everybody")), *((email, email) for email in people)],
        )
        self.fields["deed"] = forms.ChoiceField(
            label=_("What was done"),
            required=False,
            choices=[("", _("Everything")), *((d, say_deed(d)) for d in deeds)],
        )

    def get_choice(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class StaffForm(forms.Form):
    """A member of staff: who, which role, at which stores. The stores are handed in by the page."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, ROLE_LABELS[role]) for role in Role])
    stores = forms.TypedMultipleChoiceField(
        label=_("Stores"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Branch managers and cashiers see only the stores they work at."),
    )
    is_active = forms.BooleanField(label=_("May sign in"), required=False)

    def __init__(self, *args: Any, stores: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stores:
            field = self.fields["stores"]
            assert isinstance(field, forms.TypedMultipleChoiceField)
            field.choices = list(stores)
        else:
            del self.fields["stores"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role = cleaned.get("role")
        if role and not works_at_stores(Role(role)):
            cleaned["stores"] = []
        return cleaned


class NewStaffForm(StaffForm):
    """As above, with the address and a first password."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
        help_text=_("At least twelve characters. Hand it over in person."),
    )
    field_order = ["email", "name", "role", "stores", "password"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_active"]


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
        help_text=_("At least twelve characters. Hand it over in person."),
    )
