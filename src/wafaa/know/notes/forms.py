"""What may be written: a note, a task, a file."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.kit.text import latin_digits, without_marks
from wafaa.know.customers.models import Customer
from wafaa.know.notes.models import Task
from wafaa.know.notes.queries import list_assignees
from wafaa.know.notes.rules import NOTE_LETTERS_MAX, WHAT_LETTERS_MAX, get_due_range


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": NOTE_LETTERS_MAX}),
    )


class DueField(forms.DateField):
    """A day in digits of either shape."""

    def to_python(self, value: Any) -> date | None:
        return super().to_python(without_marks(latin_digits(value)) if isinstance(value, str) else value)


class TaskForm(forms.Form):
    """`today` is the day at the business; `task` is the one that is changed."""

    what = forms.CharField(
        label=_("What is to be done"),
        widget=forms.TextInput(attrs={"dir": "auto", "maxlength": WHAT_LETTERS_MAX}),
    )
    due_on = DueField(label=_("Due on"))
    assignee: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        label=_("Assigned to"), queryset=None, empty_label=None
    )

    def __init__(
        self,
        *args: Any,
        customer: Customer,
        staff: Staff,
        today: date,
        task: Task | None = None,
        **kwargs: Any,
    ) -> None:
        start = task or Task(due_on=today, assignee=staff)
        kwargs["initial"] = {"what": start.what, "due_on": start.due_on, "assignee": start.assignee_id}
        super().__init__(*args, **kwargs)
        first, last = get_due_range(today)
        limits = {"type": "date", "min": first.isoformat(), "max": last.isoformat()}
        self.fields["due_on"].widget = forms.DateInput(format="%Y-%m-%d", attrs=limits)
        assignee = self.fields["assignee"]
        assert isinstance(assignee, forms.ModelChoiceField)
        fit = Q(pk__in=list_assignees(customer).order_by().values("pk"))
        assignee.queryset = list_staff().filter(fit | Q(pk=task.assignee_id) if task else fit)


class AttachmentForm(forms.Form):
    # an empty file is refused with words of our own, which say what to do
    file = forms.FileField(label=_("File"), allow_empty_file=True)
