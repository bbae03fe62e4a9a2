"""Formats of notes, tasks and files: `{% load notes %}`."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.access.staff.models import Staff
from wafaa.design.formats import format_number
from wafaa.know.notes.models import Kept, Task
from wafaa.know.notes.rules import say_file_name

register = template.Library()


@register.filter
def changeable(one: Kept, staff: Staff) -> bool:
    return one.may_be_changed_by(staff)


@register.filter
def overdue(task: Task, today: date) -> int:
    return task.days_overdue(today)


@register.filter
def due_on(task: Task, day: date) -> bool:
    return not task.done_at and task.due_on == day


@register.filter
def person(staff: Staff | None) -> SafeString:
    """A member of staff inside of a sentence."""
    return format_html("<bdi>{}</bdi>", staff or _("former staff"))


@register.filter
def file_name(name: str) -> SafeString:
    """The ending keeps its place in a line of the other direction."""
    return format_html("<bdi>{}</bdi>", say_file_name(name))


@register.filter
def file_size(size: int) -> SafeString:
    """340 kB, 1.5 MB; counted as the limits are."""
    if size < 1024**2:
        number = format_number(max(size / 1024, 1))
        return format_html("<bdi>{}</bdi>", _("{number} kB").format(number=number))
    number = format_number(size / 1024**2, 0 if size % 1024**2 == 0 else 1)
    return format_html("<bdi>{}</bdi>", _("{number} MB").format(number=number))
