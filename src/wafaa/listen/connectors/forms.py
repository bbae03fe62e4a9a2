"""The form that a connector asks for, made from its fields."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.actions.connecting import LABEL_MAX, VALUE_MAX
from wafaa.listen.connectors.models import Connection
from wafaa.listen.connectors.rules import Connector, Field

KEPT = _("Leave it empty to keep the present one.")


class ConnectionForm(forms.Form):
    """A new connection, or the settings of one: secrets are never shown, and stay where nothing is typed."""

    label = forms.CharField(
        label=_("Name"),
        max_length=LABEL_MAX,
        required=False,
        help_text=_("By which you tell it from others, such as “Shop in Riyadh”."),
    )

    def __init__(self, data: Any, *, connector: Connector, connection: Connection | None = None) -> None:
        shown = {"label": connection.label, **connection.settings} if connection else None
        super().__init__(data, initial=shown)
        self.connector = connector
        for one in connector.fields:
            self.fields[one.key] = _make_field(one, is_kept=connection is not None)

    def get_given(self) -> Mapping[str, str]:
        return {one.key: str(self.cleaned_data.get(one.key) or "") for one in self.connector.fields}


def _make_field(field: Field, *, is_kept: bool) -> forms.Field:
    label: Any = field.label
    hint: Any = KEPT if field.is_secret and is_kept else field.help
    is_required = field.is_required and not (field.is_secret and (is_kept or field.is_made_here))
    if field.choices:
        return forms.ChoiceField(
            label=label,
            help_text=hint,
            required=is_required,
            choices=list(field.choices),
            initial=field.initial,
        )
    widget: forms.Widget = forms.TextInput(attrs={"dir": "ltr"})
    if field.is_secret:
        # a password manager must not offer the reader's own here, nor keep this one as theirs
        widget = forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"})
    return forms.CharField(
        label=label,
        help_text=hint,
        required=is_required,
        max_length=VALUE_MAX,
        initial=field.initial,
        widget=widget,
    )


class StoreForm(forms.Form):
    """Which store a QR code is for."""

    store = forms.CharField(
        label=_("Store"),
        max_length=100,
        help_text=_("Its code, as orders and gateways name it."),
    )


class VisitForm(forms.Form):
    """What somebody who stands in a store may say of themselves."""

    contact = forms.CharField(
        label=_("E-mail or mobile number"),
        required=False,
        max_length=200,
        help_text=_("So that the shop knows that it was you. You may leave it empty."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )
