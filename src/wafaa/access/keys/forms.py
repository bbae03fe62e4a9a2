"""The form that makes a key."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.access.keys.actions import NAME_MAX
from wafaa.access.keys.models import PUBLIC_LABEL, SCOPE_LABELS
from wafaa.access.keys.rules import Scope

SCOPE_HINTS = {
    Scope.READ: _("sees customers with their names, e-mails and phones, orders and figures"),
    Scope.WRITE: _(
        "sees all that, and writes: customers, orders, points, rewards, vouchers, gift cards and more"
    ),
    Scope.INGEST: _("sends events and sees nothing: for servers and tills"),
}
# A choice of the form: an ingest key that anybody may read.
PUBLIC: Final = "public"
PUBLIC_HINT: Final = _(
    "sends what visitors do: for pages and apps, where anybody may read it. It tells no orders, and what it tells earns no points"
)
KINDS: Final = {
    **{scope.value: (SCOPE_LABELS[scope], hint) for scope, hint in SCOPE_HINTS.items()},
    PUBLIC: (PUBLIC_LABEL, PUBLIC_HINT),
}


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX,
        help_text=_("The program or the person that will use it, such as “Accounting”."),
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[(kind, label) for kind, (label, _hint) in KINDS.items()],
        initial=Scope.READ.value,
        widget=forms.RadioSelect,
    )
    expires_on = forms.DateField(
        label=_("Last day on which it works"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty for a key without an end."),
    )
