"""What may be asked of the list of cases, and what may be written about one."""

import uuid
from collections.abc import Collection
from datetime import time
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.access.staff.models import Staff
from wafaa.act.cases.models import CAUSES, SEVERITIES, Case
from wafaa.act.cases.queries import PLACES, CaseFilter, list_choices, list_handlers, name_surveys
from wafaa.act.cases.rules import HOURS_MAX, TEXT_LETTERS_MAX, Cause, Office, Severity, Target, Which
from wafaa.act.cases.words import WEEKDAYS
from wafaa.kit.ids import new_id
from wafaa.know.journey.words import name_touchpoints

_AREA = {"rows": 3, "dir": "auto", "maxlength": TEXT_LETTERS_MAX}


class StaffChoices(forms.ModelMultipleChoiceField[Staff]):
    """Names, each in its own direction."""

    def label_from_instance(self, obj: Staff) -> str:
        return format_html("<bdi>{}</bdi>", str(obj))


class CaseFilterForm(forms.Form):
    """A field that cannot be read narrows nothing; one with nothing to choose from is not there."""

    q = forms.CharField(label=_("Customer, or words of what was said"), required=False, max_length=150)
    survey = forms.TypedChoiceField(label=_("Survey"), required=False, coerce=uuid.UUID, empty_value=None)
    touchpoint = forms.ChoiceField(label=_("Touchpoint"), required=False)
    store = forms.ChoiceField(label=_("Store"), required=False)
    agent = forms.ChoiceField(label=_("Agent"), required=False)

    def __init__(self, *args: Any, stores: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(name_surveys().items(), key=lambda one: one[1])
        offered: dict[str, list[tuple[Any, str]]] = {"survey": [(str(key), name) for key, name in named]}
        for name, told in list_choices().items():
            words = stores if name == "store" else name_touchpoints(told) if name == "touchpoint" else {}
            offered[name] = [(one, words.get(one, one)) for one in told]
        for name, choices in offered.items():
            if choices:
                self._offer(name, choices)
            else:
                del self.fields[name]

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", pgettext_lazy("filter", "All")), *choices]

    def get_filter(self, which: Which) -> CaseFilter:
        self.is_valid()
        told = self.cleaned_data
        return CaseFilter(
            which=which,
            search=told.get("q") or "",
            survey=told.get("survey") or None,
            places={name: told.get(name) or "" for name in PLACES},
        )


class _WrittenForm(forms.Form):
    """A form that is sent twice, by a double press or by going back, is written once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_id()}
        super().__init__(*args, **kwargs)


class NoteForm(_WrittenForm):
    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs=_AREA))


class ContactForm(_WrittenForm):
    text = forms.CharField(
        label=_("What was said, and what was promised"), required=False, widget=forms.Textarea(attrs=_AREA)
    )


class CloseForm(forms.Form):
    outcome = forms.CharField(label=_("What came of it"), widget=forms.Textarea(attrs=_AREA))
    cause = forms.ChoiceField(
        label=_("Root cause"),
        choices=[("", _("Choose …")), *((one.value, CAUSES[one]) for one in Cause)],
    )


class AssignForm(forms.Form):
    owner: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        label=_("Who sees to it"), queryset=None, required=False, empty_label=pgettext_lazy("case", "nobody")
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs["initial"] = {"owner": case.owner_id}
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = list_handlers()


class TargetForm(forms.Form):
    """Hours by severity, and when somebody is there."""

    high = forms.IntegerField(min_value=1, max_value=HOURS_MAX)
    normal = forms.IntegerField(min_value=1, max_value=HOURS_MAX)
    low = forms.IntegerField(min_value=1, max_value=HOURS_MAX)
    counts_office = forms.BooleanField(
        label=_("Count only the hours at which somebody is there"), required=False
    )
    opens = forms.TimeField(
        label=_("Opens"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    closes = forms.TimeField(
        label=_("Closes"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    days = forms.MultipleChoiceField(
        label=_("Open on"),
        required=False,
        choices=[(str(day), WEEKDAYS[day]) for day in (7, 1, 2, 3, 4, 5, 6)],
        widget=forms.CheckboxSelectMultiple,
    )

    duty = StaffChoices(
        label=_("On duty"),
        help_text=_(
            "New cases go to whoever of them has fewest open. With nobody on duty they wait until somebody takes them on."
        ),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, target: Target, duty: Collection[int] = (), **kwargs: Any) -> None:
        office = target.office or Office()
        kwargs["initial"] = {
            **{severity.name.lower(): target.hours[severity] for severity in Severity},
            "counts_office": target.office is not None,
            "opens": time(office.opens // 60, office.opens % 60),
            "closes": time(office.closes // 60 % 24, office.closes % 60),
            "days": [str(day) for day in office.days],
            "duty": list(duty),
        }
        super().__init__(*args, **kwargs)
        on_duty = self.fields["duty"]
        assert isinstance(on_duty, StaffChoices)
        on_duty.queryset = list_handlers()
        for severity in Severity:
            self.fields[severity.name.lower()].label = _("Hours for: %(who)s") % {"who": SEVERITIES[severity]}

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("counts_office"):
            opens, closes = told.get("opens"), told.get("closes")
            if opens is None or closes is None or opens >= closes:
                self.add_error("closes", _("The office must open before it closes."))
            if not told.get("days"):
                self.add_error("days", _("Choose at least one day."))
        return told

    def get_target(self) -> Target:
        told = self.cleaned_data
        office = None
        if told["counts_office"]:
            minutes = [one.hour * 60 + one.minute for one in (told["opens"], told["closes"])]
            office = Office(
                opens=minutes[0], closes=minutes[1], days=tuple(sorted(int(day) for day in told["days"]))
            )
        return Target(hours={severity: told[severity.name.lower()] for severity in Severity}, office=office)
