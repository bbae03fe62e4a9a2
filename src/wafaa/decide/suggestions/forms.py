"""What may be asked of the list of suggestions, and what may be written about one."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.decide.suggestions.models import STATES, Suggestion
from wafaa.decide.suggestions.queries import list_surveys
from wafaa.decide.suggestions.rules import TEXT_LETTERS_MAX, TITLE_LETTERS_MAX, State
from wafaa.design.fields import DayField

_AREA = {"rows": 3, "dir": "auto", "maxlength": TEXT_LETTERS_MAX}


class SuggestionFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=_("Words of the suggestion"), required=False, max_length=150)
    state = forms.ChoiceField(
        label=pgettext_lazy("suggestion", "State"),
        required=False,
        choices=[
            ("", pgettext_lazy("suggestion", "Every state")),
            *((one.value, STATES[one]) for one in State),
        ],
    )
    survey = forms.TypedChoiceField(label=_("Survey"), required=False, coerce=uuid.UUID, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        surveys = list_surveys()
        if surveys:
            _offer(self, [("", pgettext_lazy("filter", "All")), *surveys])
        else:
            del self.fields["survey"]

    def get_asked(self) -> dict[str, Any]:
        self.is_valid()
        told = self.cleaned_data
        return {"search": told.get("q") or "", "state": told.get("state") or "", "survey": told.get("survey")}


class SuggestionForm(forms.Form):
    """By hand, or of a comment: `source` names it, so that pressing twice adds it once."""

    title = forms.CharField(
        label=_("What is suggested, in a few words"),
        max_length=TITLE_LETTERS_MAX,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    text = forms.CharField(
        label=_("What was said"),
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        max_length=TEXT_LETTERS_MAX,
    )
    source = forms.CharField(widget=forms.HiddenInput, max_length=150)
    customer = forms.UUIDField(widget=forms.HiddenInput, required=False)


class WordingForm(forms.Form):
    title = forms.CharField(
        label=_("What is suggested, in a few words"),
        max_length=TITLE_LETTERS_MAX,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    survey = forms.TypedChoiceField(
        label=_("By which survey one sees whether it helped"),
        required=False,
        coerce=uuid.UUID,
        empty_value=None,
    )

    def __init__(self, *args: Any, suggestion: Suggestion, **kwargs: Any) -> None:
        kwargs["initial"] = {"title": suggestion.title, "survey": str(suggestion.survey or "")}
        super().__init__(*args, **kwargs)
        _offer(self, [("", pgettext_lazy("survey", "none")), *list_surveys()])


class DecisionForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Decision"), choices=[(one.value, STATES[one]) for one in State], widget=forms.RadioSelect
    )
    answer_ar = forms.CharField(
        label=_("What customers read, in Arabic"),
        required=False,
        widget=forms.Textarea(attrs={**_AREA, "dir": "rtl"}),
        help_text=_("What was changed, or why it is not. Whoever asked reads it in their language."),
    )
    answer_en = forms.CharField(
        label=_("What customers read, in English"),
        required=False,
        widget=forms.Textarea(attrs={**_AREA, "dir": "ltr"}),
    )
    owner: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        label=_("Who sees to it"), queryset=None, required=False, empty_label=pgettext_lazy("case", "nobody")
    )
    due_on = DayField(label=_("Planned for"), required=False)
    done_on = DayField(label=_("Done since"), required=False)
    is_public = forms.BooleanField(label=_("Show it on the public page, without names"), required=False)

    def __init__(self, *args: Any, suggestion: Suggestion, **kwargs: Any) -> None:
        names = ("state", "answer_ar", "answer_en", "due_on", "done_on", "is_public")
        kwargs["initial"] = {name: getattr(suggestion, name) for name in names} | {
            "owner": suggestion.owner_id
        }
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = list_staff().filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("state") in {State.DECLINED, State.DONE} and not (
            told.get("answer_ar") or told.get("answer_en")
        ):
            raise ValidationError(_("Say what was changed, or why it is not: whoever asked reads it."))
        return told


def _offer(form: forms.Form, choices: list[Any]) -> None:
    field = form.fields["survey"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(str(value), label) for value, label in choices]
