"""What may be asked of the list of comments, and what may be corrected."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.design.fields import DayField
from wafaa.know.journey.words import name_touchpoints
from wafaa.learn.feedback.models import FEELINGS, LANGUAGES, TOPIC_NAMES
from wafaa.learn.feedback.queries import PLACES, list_choices, name_surveys
from wafaa.learn.feedback.rules import CommentFilter

_ALL = ("", pgettext_lazy("filter", "All"))


class CommentFilterForm(forms.Form):
    """A field that cannot be read narrows nothing; one with nothing to choose from is not there."""

    q = forms.CharField(label=_("Words of the comment"), required=False, max_length=150)
    sentiment = forms.ChoiceField(label=_("Sentiment"), required=False, choices=[_ALL, *FEELINGS.items()])
    topic = forms.ChoiceField(label=_("Topic"), required=False, choices=[_ALL, *TOPIC_NAMES.items()])
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[_ALL, *LANGUAGES.items()])
    survey = forms.TypedChoiceField(label=_("Survey"), required=False, coerce=uuid.UUID, empty_value=None)
    product_ref = forms.ChoiceField(label=_("Product"), required=False)
    touchpoint = forms.ChoiceField(label=_("Touchpoint"), required=False)
    store = forms.ChoiceField(label=_("Store"), required=False)
    agent = forms.ChoiceField(label=_("Agent"), required=False)
    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("To day"), required=False)

    def __init__(
        self, *args: Any, stores: dict[str, str], scope: Sequence[str] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        offered: dict[str, list[tuple[str, str]]] = {"survey": name_surveys()}
        for name, told in list_choices().items():
            shown = [one for one in told if name != "store" or scope is None or one in scope]
            words = stores if name == "store" else name_touchpoints(shown) if name == "touchpoint" else {}
            offered[name] = [(one, words.get(one, one)) for one in shown]
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            if choices:
                field.choices = [_ALL, *choices]
            else:
                del self.fields[name]

    def get_filter(self, *, is_mismatch: bool = False) -> CommentFilter:
        self.is_valid()
        told = self.cleaned_data
        return CommentFilter(
            search=told.get("q") or "",
            topic=told.get("topic") or "",
            sentiment=told.get("sentiment") or "",
            language=told.get("language") or "",
            survey=told.get("survey") or None,
            product=told.get("product_ref") or "",
            since=told.get("since"),
            until=told.get("until"),
            is_mismatch=is_mismatch,
            stores=self.scope,
            **{name: told.get(name) or "" for name in PLACES},
        )


class CorrectionForm(forms.Form):
    """What a person says that a comment means."""

    sentiment = forms.ChoiceField(
        label=_("Sentiment"), choices=[one for one in FEELINGS.items() if one[0] != "unsure"]
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        choices=list(TOPIC_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
