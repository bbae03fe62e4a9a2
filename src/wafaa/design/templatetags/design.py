"""Components and formats for templates: `{% load design %}`."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language

from wafaa.design import formats
from wafaa.kit.money import format_money

register = template.Library()


def _isolated(text: str) -> SafeString:
    """Safe beside text of the other direction. A number has none of its own, so it is told to run left to right."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


@register.filter
def number(value: formats.Number | None, digits: int = 0) -> SafeString:
    return _isolated(formats.format_number(value, digits))


@register.filter
def percent(share: formats.Number | None, digits: int = 1) -> SafeString:
    return _isolated(formats.format_percent(share, digits))


@register.filter
def days(value: formats.Number | None, digits: int = 0) -> SafeString:
    return format_html("<bdi>{}</bdi>", formats.format_days(value, digits))


@register.filter
def local_date(value: date | datetime | str | None) -> SafeString | str:
    """The day of a moment in the business's zone, or a plain day, also as the ISO text that JSON keeps."""
    if not value:
        return formats.NOTHING
    if isinstance(value, str):
        value = date.fromisoformat(value)
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    text = formats.format_short_date(day, get_language() or "")
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), text)


@register.filter
def last_day(end: datetime | None) -> SafeString | str:
    """The last day of what ends with this moment, which mostly is the midnight after it."""
    return local_date(end - timedelta(microseconds=1) if end else None)


@register.filter
def local_datetime(value: datetime | None) -> SafeString | str:
    """Day and time in the business's zone."""
    if value is None:
        return formats.NOTHING
    moment = timezone.localtime(value)
    text = formats.format_moment(moment, get_language() or "")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), text)


@register.filter
def local_month(value: date) -> str:
    return formats.format_month(value, get_language() or "")


@register.filter
def country_name(told: str) -> SafeString:
    return format_html("<bdi>{}</bdi>", formats.name_country(told, get_language() or ""))


@register.filter
def spoken_language(told: str) -> SafeString:
    return format_html("<bdi>{}</bdi>", formats.name_language(told, get_language() or ""))


@register.filter
def channel_name(told: str) -> SafeString:
    return format_html("<bdi>{}</bdi>", formats.name_channel(told))


@register.filter
def email(address: str) -> SafeString:
    """An address that breaks before its @ where the line is too short for it."""
    name, at, domain = address.partition("@")
    return format_html('<bdi dir="ltr">{}<wbr>{}{}</bdi>', name, at, domain)


@register.filter
def bdi(value: object) -> SafeString:
    """Names and other text of unknown direction."""
    return format_html("<bdi>{}</bdi>", value)


@register.filter
def codes(text: object) -> object:
    """What stands between `grave accents` is code: in Latin letters and from left to right in any language."""
    told = str(text)
    if "`" not in told:
        return text
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<bdi class="code" dir="ltr">{}</bdi>', piece) if place % 2 else piece,)
            for place, piece in enumerate(told.split("`"))
        ),
    )


@register.simple_tag
def money(minor: int | None, currency: str) -> SafeString | str:
    if minor is None:
        return formats.NOTHING
    return format_html('<bdi class="money">{}</bdi>', format_money(minor, currency, get_language() or ""))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A symbol of design/icons.svg; it decorates, the words beside it speak."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        name,
        static("design/icons.svg"),
        name,
    )


@register.inclusion_tag("design/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field with label, hint and error; a single box has its label behind it, a group of choices its legend.

    Fields that a form names in `asked` are required where they are shown, though not always.
    """
    widget = bound.field.widget
    return {
        "field": bound,
        "is_choice": isinstance(widget, forms.CheckboxInput),
        "is_group": isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)),
        "is_optional": not bound.field.required and bound.name not in getattr(bound.form, "asked", ()),
    }


@register.inclusion_tag("design/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the pages before and after; keeps all other parameters of the address."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("design/export.html", takes_context=True)
def export_choice(context: template.Context, action: str, drop: str = "", **changes: str) -> dict[str, Any]:
    """Download of a table as CSV, Excel or Parquet at `action`; keeps the address's parameters but those in `drop`."""
    left_out = {*drop.split(), *changes, "format"}
    kept = [
        (name, value)
        for name, values in context["request"].GET.lists()
        for value in values
        if name not in left_out
    ]
    key = slugify("-".join((action, *changes.values())))
    return {"action": action, "kept": [*kept, *changes.items()], "key": key}


@register.inclusion_tag("design/sort_header.html", takes_context=True)
def sort_header(context: template.Context, key: str, label: str, css_class: str = "") -> dict[str, Any]:
    """A table's head cell that sorts by `key`: first press descending (`-key`), second ascending."""
    chosen = context["request"].GET.get("order") or context.get("order") or ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(str(chosen), "")
    return {
        "request": context["request"],
        "label": label,
        "css_class": css_class,
        "direction": direction,
        "next_order": key if direction == "descending" else f"-{key}",
    }
