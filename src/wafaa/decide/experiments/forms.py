"""What may be asked of the list of experiments, and the share of the universal control group."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.decide.experiments.words import KINDS, STATES

# Half of the customers aside is more than any shop wants; beyond it a wrong number is likelier than a wish.
SHARE_MAX = 50


class ExperimentFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=_("Name of the experiment"), required=False, max_length=150)
    kind = forms.ChoiceField(
        label=pgettext_lazy("experiment", "Kind"),
        required=False,
        choices=[("", pgettext_lazy("experiment", "Every kind")), *KINDS.items()],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("experiment", "State"),
        required=False,
        choices=[("", pgettext_lazy("experiment", "Every state")), *STATES.items()],
    )

    def get_asked(self) -> dict[str, str]:
        self.is_valid()
        read = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return {"search": read["q"], "kind": read["kind"], "state": read["state"]}


class ShareForm(forms.Form):
    percent = forms.DecimalField(
        label=_("Kept aside, in per cent (0: nobody)"),
        min_value=Decimal(0),
        max_value=Decimal(SHARE_MAX),
        decimal_places=2,
    )

    def get_share_bp(self) -> int:
        return int(self.cleaned_data["percent"] * 100)
