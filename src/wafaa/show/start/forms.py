"""The forms of the first hour."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.forms import SettingsForm


class AccountForm(forms.Form):
    """One's own sign-in."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("A password of your own"),
        strip=False,
        max_length=128,
        help_text=_("At least twelve characters; a sentence is best."),
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
    )


class BusinessForm(SettingsForm):
    """The settings that every figure depends on; the rest can wait."""

    class Meta(SettingsForm.Meta):
        fields = [
            "name",
            "language",
            "currency",
            "time_zone",
            "week_start",
            "prices_include_tax",
            "tax_percent",
        ]
