"""What may be asked about consents, and what staff may say for a customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.know.consents.models import CHANNEL_LABELS, PURPOSE_LABELS
from wafaa.know.consents.queries import list_texts
from wafaa.know.consents.rules import VERSION_MAX

CHANNELS = [(value, label) for value, label in CHANNEL_LABELS.items()]
PURPOSES = [(value, label) for value, label in PURPOSE_LABELS.items()]
GIVEN, WITHDRAWN = "given", "withdrawn"


class ConsentFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=_("Name, e-mail, phone or number"), required=False, max_length=200)
    channel = forms.ChoiceField(
        label=pgettext_lazy("consent", "Way"),
        required=False,
        choices=[("", pgettext_lazy("consent", "Every way")), *CHANNELS],
    )
    purpose = forms.ChoiceField(
        label=pgettext_lazy("consent", "What for"),
        required=False,
        choices=[("", pgettext_lazy("consent", "Everything")), *PURPOSES],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("consent", "Answer"),
        required=False,
        choices=[
            ("", pgettext_lazy("consent", "Yes and no")),
            (GIVEN, pgettext_lazy("consent", "Allowed")),
            (WITHDRAWN, pgettext_lazy("consent", "Refused")),
        ],
    )

    def get_asked(self) -> dict[str, Any]:
        self.is_valid()
        asked = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        asked["is_given"] = {GIVEN: True, WITHDRAWN: False}.get(asked.pop("state"))
        return asked


class ConsentForm(forms.Form):
    """What the customer said to a member of staff."""

    channel = forms.ChoiceField(label=pgettext_lazy("consent", "Way"), choices=CHANNELS)
    purpose = forms.ChoiceField(label=pgettext_lazy("consent", "What for"), choices=PURPOSES)
    state = forms.ChoiceField(
        label=pgettext_lazy("consent", "Answer"),
        choices=[
            (WITHDRAWN, pgettext_lazy("consent", "Refused")),
            (GIVEN, pgettext_lazy("consent", "Allowed")),
        ],
        widget=forms.RadioSelect,
        initial=WITHDRAWN,
    )
    reason = forms.CharField(
        label=_("How we know"),
        max_length=500,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Such as: said so on the phone today."),
    )
    text_version = forms.ChoiceField(label=_("Wording shown"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = list(dict.fromkeys(list_texts().values_list("version", flat=True)))
        if not versions:
            del self.fields["text_version"]
            return
        field = self.fields["text_version"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((one, one) for one in versions)]


class TextForm(forms.Form):
    """A wording; whether its version is new the action says."""

    channel = forms.ChoiceField(label=pgettext_lazy("consent", "Way"), choices=CHANNELS)
    purpose = forms.ChoiceField(label=pgettext_lazy("consent", "What for"), choices=PURPOSES)
    language = forms.ChoiceField(label=_("Language"), choices=[("ar", _("Arabic")), ("en", _("English"))])
    version = forms.CharField(
        label=_("Version"),
        max_length=VERSION_MAX,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "2026-01"}),
    )
    text = forms.CharField(label=_("Wording"), widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}))
    since = forms.DateField(
        label=_("Shown since"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
