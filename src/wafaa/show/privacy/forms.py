"""What has to be typed before somebody is erased."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wafaa.kit.text import fold
from wafaa.show.privacy.words import REASONS


class ErasureForm(forms.Form):
    """`wanted` is what the customer is called on the page; typing it shows that it is the right one."""

    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=list(REASONS.items()))
    typed = forms.CharField(
        label=gettext_lazy("To confirm, type the name as it stands above"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        if fold(typed) != fold(self.wanted):
            raise forms.ValidationError(_("This is not the name that stands above. Nothing was erased."))
        return typed
