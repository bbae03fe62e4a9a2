"""Forms about people: signing in, adding and changing staff."""

from typing import Any

from allauth.account.forms import LoginForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):  # type: ignore[misc]
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
