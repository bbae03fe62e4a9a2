"""The form that makes a key."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.access.keys.actions import NAME_MAX
from wafaa.access.keys.models import SCOPE_LABELS
from wafaa.access.keys.rules import Scope

SCOPE_HINTS = {
    Scope.READ: _("sees customers with their names, e-mails and phones, orders and figures"),
    Scope.WRITE: _("sees all that, and changes customers"),
    Scope.INGEST: _("sends events and sees nothing: for sites, apps and tills"),
}


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX,
        help_text=_("The program or the person that will use it, such as “Accounting”."),
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, SCOPE_LABELS[scope]) for scope in SCOPE_HINTS],
        initial=Scope.READ.value,
        widget=forms.RadioSelect,
    )
    expires_on = forms.DateField(
        label=_("Last day on which it works"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty for a key without an end."),
    )
