"""The form that a provider's account asks for, made from its fields; and that of a test."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.channels.carriers import Carrier, Field
from wafaa.act.messages.channels.email.mime import read_address
from wafaa.act.messages.channels.numbers import read_number
from wafaa.act.messages.channels.sms.gateway import read_headers
from wafaa.act.messages.models import Provider
from wafaa.kit.outbound import OutboundRefused, read_url
from wafaa.kit.text import latin_digits

KEPT = _("Leave it empty to keep the present one.")
VALUE_MAX = 4_000
_ADDRESSES = frozenset({"api", "api_url", "url"})
_SIGNS = re.compile(r"\{\w+\}")


class ProviderForm(forms.Form):
    """A new account, or the settings of one: secrets are never shown, and stay where nothing is typed."""

    def __init__(self, data: Any, *, carrier: Carrier, provider: Provider | None = None) -> None:
        super().__init__(data, initial=provider.settings if provider else None)
        self.carrier = carrier
        for one in carrier.fields:
            if one.is_secret and one.is_made_here:
                continue  # nobody needs to think of one
            self.fields[one.key] = _make_field(one, is_kept=provider is not None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for key in _ADDRESSES & set(given):
            if given[key]:
                self._check_url(key, str(given[key]))
        try:
            read_headers(str(given.get("headers") or ""))
        except ValueError:
            self.add_error("headers", _("A header is a name, a colon and a value."))
        return given

    def _check_url(self, key: str, told: str) -> None:
        try:
            read_url(_SIGNS.sub("x", told.strip()))
        except OutboundRefused as error:
            self.add_error(key, str(error))

    def get_given(self) -> Mapping[str, str]:
        return {one.key: str(self.cleaned_data.get(one.key) or "") for one in self.carrier.fields}


def _make_field(field: Field, *, is_kept: bool) -> forms.Field:
    label: Any = field.label
    hint: Any = KEPT if field.is_secret and is_kept else field.help
    is_required = field.is_required and not (field.is_secret and is_kept)
    if field.choices:
        return forms.ChoiceField(
            label=label,
            help_text=hint,
            required=is_required,
            choices=list(field.choices),
            initial=field.initial,
        )
    widget: forms.Widget = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    if field.is_long:
        widget = forms.Textarea(attrs={"dir": "ltr", "rows": 4, "data-raw": True, "spellcheck": "false"})
    elif field.is_secret:
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


class TestForm(forms.Form):
    """To whom a test goes; of WhatsApp also by which template, because free text is for those who wrote first."""

    __test__ = False  # no test of ours, whatever its name
    address = forms.CharField(
        max_length=254, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel
        address = self.fields["address"]
        address.label = {
            "email": _("E-mail address"),
            "webhook": _("A name for the test"),
        }.get(channel, _("Mobile number"))
        if channel == "whatsapp":
            self.fields["template"] = forms.CharField(
                label=_("Name of an approved template"),
                required=False,
                initial="hello_world",
                max_length=200,
                widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
                help_text=_("Empty: as free text, which only reaches who wrote to you within a day."),
            )

    def clean_address(self) -> str:
        told = latin_digits(str(self.cleaned_data["address"])).strip()
        if self.channel == "webhook":
            return told
        read = read_address(told) if self.channel == "email" else read_number(told)
        if not read:
            raise forms.ValidationError(
                _("This is no e-mail address.")
                if self.channel == "email"
                else _("A number with its country, such as +966 50 123 4567.")
            )
        return read
