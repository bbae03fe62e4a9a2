"""What a goal needs: a touchpoint, what should follow it, and a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.know.journey.queries import has_goal
from wafaa.know.journey.rules import GOAL_HOURS_MAX
from wafaa.know.journey.words import LABELS


class GoalForm(forms.Form):
    name = forms.CharField(label=_("Name of the goal"), max_length=100)
    touchpoint = forms.ChoiceField(label=_("After this"), choices=list(LABELS.items()))
    wanted = forms.ChoiceField(label=_("This should follow"), choices=list(LABELS.items()))
    within_hours = forms.IntegerField(
        label=_("Within so many hours"), min_value=1, max_value=GOAL_HOURS_MAX, initial=24
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if has_goal(name):
            raise forms.ValidationError(_("Another goal has this name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("touchpoint") and cleaned.get("touchpoint") == cleaned.get("wanted"):
            self.add_error("wanted", _("Choose something else than the touchpoint."))
        return cleaned
