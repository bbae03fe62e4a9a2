"""Form fields that read digits of either shape, and lists typed one a line."""

from datetime import date
from typing import Any

from django import forms

from wafaa.kit.text import latin_digits, without_marks

DIGITS = {"inputmode": "numeric", "dir": "ltr"}
DECIMAL = {"inputmode": "decimal", "dir": "ltr"}
_LETTERS_MAX = 200


def read_digits(value: Any) -> Any:
    return without_marks(latin_digits(value)) if isinstance(value, str) else value


class NumberField(forms.IntegerField):
    widget = forms.TextInput(attrs=DIGITS)

    def to_python(self, value: Any) -> Any:
        return super().to_python(read_digits(value))


class MoneyField(forms.DecimalField):
    """In whole units of the currency."""

    widget = forms.TextInput(attrs=DECIMAL)

    def to_python(self, value: Any) -> Any:
        return super().to_python(read_digits(value))


class DayField(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        return super().to_python(read_digits(value))


class LinesField(forms.CharField):
    """One a line, each once."""

    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto"})

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = [line.strip()[:_LETTERS_MAX] for line in (super().clean(value) or "").splitlines()]
        return tuple(dict.fromkeys(line for line in lines if line))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value
