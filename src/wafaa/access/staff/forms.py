"""Forms about people: signing in, the own password, codes."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.staff.models import Staff

# Argon2 would take a longer one too; a megabyte of it only keeps the server busy.
PASSWORD_LENGTH_MAX = 128
# Between the groups of a code, and the marks of direction that come along when it is copied from an Arabic page.
IGNORED = " -\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """E-mail and password, nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("E-mail"), _("Password")
        login.widget.attrs.update({"autocomplete": "username", "dir": "ltr", "autofocus": True})
        password.widget.attrs.update({"autocomplete": "current-password", "dir": "ltr"})
        password.help_text = ""
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        # the password was right, so this tells nothing to a stranger
        if getattr(self, "user", None) and not self.user.is_active:
            raise ValidationError(_("You may no longer sign in here. Ask an owner of the business."))
        return cleaned


def _password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=PASSWORD_LENGTH_MAX,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": autocomplete}),
    )


class ForgottenPasswordForm(forms.Form):
    """Who asks for a link by mail."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "username"}),
    )


class NewPasswordForm(forms.Form):
    """A password that the person chooses; whether it is good enough is the action's to say."""

    password = _password_field(
        _("New password"), "new-password", _("At least twelve characters; a sentence is best.")
    )


class ConfirmForm(forms.Form):
    """Who sits here once more, before something weighty is changed."""

    password = _password_field(_("Password"), "current-password")

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            is_right = get_adapter().reauthenticate(self.staff, password)
        except TooManyAttempts as error:
            raise ValidationError(str(error)) from error
        if not is_right:
            raise ValidationError(_("This is not your password."))
        return password


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code where one may be used."""

    code = forms.CharField(
        label=pgettext_lazy("second factor", "Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        """Spaces and dashes as apps show them, and Arabic digits, are read as the digits they stand for."""
        typed: str = self.cleaned_data["code"]
        return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed if sign not in IGNORED)
