"""What is asked for: a text, perhaps its rewriting, perhaps its language."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# A long policy has 3,000 words; ten of them are measured in a tenth of a second.
TEXT_MAX = 20_000


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Your text"),
        max_length=TEXT_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "spellcheck": "true"}),
        help_text=_("A policy, a mail, a question of a survey. It is measured and kept nowhere."),
    )
    rewritten = forms.CharField(
        label=_("The same, rewritten"),
        max_length=TEXT_MAX,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "spellcheck": "true"}),
        help_text=_("If you like: both are then shown side by side."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("Found by itself")), ("ar", _("Arabic")), ("en", _("English"))],
        required=False,
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if not any(char.isalpha() for char in text):
            raise forms.ValidationError(_("There is no word in it."))
        return text

    def read(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "text": given["text"],
            "rewritten": given["rewritten"].strip() and given["rewritten"],
            "language": given["language"] or None,
        }
