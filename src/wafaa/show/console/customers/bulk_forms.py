"""What is to be done to many customers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.know.customers.models import OwnField, Tag
from wafaa.know.customers.queries import list_tags
from wafaa.know.customers.rules import Deed, OwnValue, read_own_value

DEED_LABELS = {
    Deed.ADD_TAG: gettext_lazy("Add a tag"),
    Deed.REMOVE_TAG: gettext_lazy("Take a tag off"),
    Deed.SET_OWNER: gettext_lazy("Set who is responsible"),
    Deed.SET_FIELD: gettext_lazy("Set an own field"),
}


class BulkForm(forms.Form):
    """One deed; of the other fields only those that it needs are read."""

    deed = forms.ChoiceField(
        label=gettext_lazy("What to do"), choices=list(DEED_LABELS.items()), widget=forms.RadioSelect
    )
    tag = forms.ModelChoiceField(
        label=gettext_lazy("Tag"), queryset=Tag.objects.none(), required=False, empty_label="–"
    )
    new_tag = forms.CharField(label=gettext_lazy("Or a new tag"), max_length=60, required=False)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Responsible"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=pgettext_lazy("responsible", "Nobody"),
    )
    field = forms.ChoiceField(label=gettext_lazy("Own field"), required=False)
    value = forms.CharField(
        label=gettext_lazy("Value"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Yes or no, a number, a day as 2026-12-31, a choice or text; empty takes the value away."
        ),
    )

    def __init__(
        self, *args: Any, tags: Sequence[Tag], own_fields: Sequence[OwnField], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own_fields = {own.key: own for own in own_fields}
        self.own_value: OwnValue = None
        for name, found in (("tag", list_tags()), ("owner", list_staff().filter(is_active=True))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found
        deed, choice = self.fields["deed"], self.fields["field"]
        assert isinstance(deed, forms.ChoiceField)
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "–"), *((own.key, str(own)) for own in own_fields)]
        possible = [
            (key, label)
            for key, label in DEED_LABELS.items()
            if (key != Deed.SET_FIELD or own_fields) and (key != Deed.REMOVE_TAG or tags)
        ]
        deed.choices = possible
        deed.initial = possible[0][0]
        for name in ("field", "value") if not own_fields else ():
            del self.fields[name]

    def get_own_field(self) -> OwnField:
        return self.own_fields[self.cleaned_data["field"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        deed = cleaned.get("deed")
        if deed == Deed.ADD_TAG and not cleaned.get("tag") and not cleaned.get("new_tag"):
            self.add_error("tag", _("Choose a tag or name a new one."))
        if deed == Deed.REMOVE_TAG and not cleaned.get("tag"):
            self.add_error("tag", _("Choose a tag."))
        if deed == Deed.SET_FIELD:
            self._clean_value(cleaned)
        return cleaned

    def _clean_value(self, cleaned: dict[str, Any]) -> None:
        own = self.own_fields.get(cleaned.get("field", ""))
        if own is None:
            self.add_error("field", _("Choose a field."))
            return
        try:
            self.own_value = read_own_value(own.kind, cleaned.get("value") or "", own.choices)
        except ValueError:
            self.add_error("value", _("This value cannot be read."))
