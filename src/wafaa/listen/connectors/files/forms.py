"""The upload, the filter of the list, and the questions about one file."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.rules import list_currencies, list_time_zones
from wafaa.listen.connectors.files.errors import DemoAnswerMissing
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.rules import (
    ATTRIBUTE,
    FIELDS_OF,
    Kind,
    Mapping,
    Options,
    Understanding,
    list_missing,
)
from wafaa.listen.connectors.files.words import KIND_LABELS, say_field

NEEDED = {
    ("orders", "ordered_at"): _("Say which column holds the order date."),
    ("orders", "unit_price"): _(
        "Say which column holds what was paid: unit price, total of the row or of the order."
    ),
    ("customers", "customer_id"): _(
        "Say which column tells who it is: customer number, e-mail address or phone number."
    ),
    ("products", "sku"): _("Say which column holds the product number, or at least the product's name."),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.parquet,.gz"}),
    )


class ImportFilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Import.State.choices]
    )


class KindForm(forms.Form):
    kind = forms.ChoiceField(label=_("The file is a list of"), choices=list(KIND_LABELS.items()))


class AnswersForm(forms.Form):
    """A select per column, and what the file does not say about itself."""

    def __init__(
        self,
        *args: Any,
        understanding: Understanding,
        mapping: Mapping,
        options: Options,
        own_fields: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """`own_fields` are the keys and labels of the customers' own fields."""
        super().__init__(*args, **kwargs)
        self.understanding = understanding
        self.options = options
        self.kind: Kind = options.kind or "orders"
        fields = [("", _("leave out")), *((one, say_field(one, self.kind)) for one in FIELDS_OF[self.kind])]
        if self.kind == "customers":
            fields += [(f"{ATTRIBUTE}{key}", label) for key, label in own_fields]
            fields.append((ATTRIBUTE, _("an own field of the same name")))
        offered = {value for value, _label in fields}
        by_place = {place: field if field in offered else ATTRIBUTE for field, place in mapping.items()}
        for place, column in enumerate(understanding.columns):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=column.header, required=False, choices=fields, initial=by_place.get(place, "")
            )
        self._ask_how_numbers_are_written()
        self._ask_where_it_comes_from()

    def _ask_how_numbers_are_written(self) -> None:
        if self.understanding.ambiguous_example:
            self.fields["day_first"] = forms.ChoiceField(
                label=_("In dates such as {example}, what comes first?").format(
                    example=f"\u2068{self.understanding.ambiguous_example}\u2069"
                ),
                choices=[("day", _("the day")), ("month", _("the month"))],
                widget=forms.RadioSelect,
                initial=None
                if self.options.day_first is None
                else ("day" if self.options.day_first else "month"),
            )
        if self.kind == "customers":
            return
        self.fields["decimal"] = forms.ChoiceField(
            label=_("Decimals are written with"),
            choices=[(".", _("a point: 12.50")), (",", _("a comma: 12,50"))],
            initial=self.options.decimal or ".",
        )

    def _ask_where_it_comes_from(self) -> None:
        if self.kind == "customers":
            return
        language = get_language() or "en"
        currencies = [("", _("none")), *list_currencies(language)]
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"),
            help_text=_("Of amounts for which the file names no currency."),
            required=False,
            choices=_with(currencies, self.options.currency),
            initial=self.options.currency,
        )
        if self.kind == "products":
            return
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            help_text=_("Of times that stand without one."),
            choices=_with(list_time_zones(language), self.options.time_zone),
            initial=self.options.time_zone,
        )
        self.fields["refund_prefix"] = forms.CharField(
            label=_("Returns are numbered with"),
            help_text=_("The letters before their number, such as C in C536379. Empty if there are none."),
            required=False,
            max_length=10,
            initial=self.options.refund_prefix or "",
        )

    def rows(self) -> list[tuple[Any, Any]]:
        """(column, its select) in the order of the file."""
        return [(column, self[f"column_{place}"]) for place, column in enumerate(self.understanding.columns)]

    def questions(self) -> list[Any]:
        names = ("day_first", "decimal", "currency", "time_zone", "refund_prefix")
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for place in range(len(self.understanding.columns)):
            name = f"column_{place}"
            field = cleaned.get(name)
            if field and field != ATTRIBUTE and field in taken:
                self.add_error(name, _("Another column is this already."))
            elif field:
                taken[field] = name
        self._check_needed(set(taken))
        return cleaned

    def _check_needed(self, taken: set[str]) -> None:
        for field in list_missing(self.kind, dict.fromkeys(taken, 0)):
            self.add_error(None, NEEDED[self.kind, field])

    def get_mapping(self) -> Mapping:
        mapping: Mapping = {}
        for place, column in enumerate(self.understanding.columns):
            field = self.cleaned_data[f"column_{place}"]
            if field:
                mapping[f"{ATTRIBUTE}{column.header}" if field == ATTRIBUTE else field] = place
        return mapping

    def get_options(self) -> Options:
        said = self.cleaned_data
        return replace(
            self.options,
            day_first=said["day_first"] == "day" if said.get("day_first") else self.options.day_first,
            decimal=said.get("decimal", self.options.decimal),
            currency=said.get("currency", self.options.currency),
            time_zone=said.get("time_zone", self.options.time_zone),
            refund_prefix=said.get("refund_prefix", self.options.refund_prefix or "").strip(),
        )


class PublishForm(forms.Form):
    """The demo shop goes for good, so nobody is led into it: the box starts empty."""

    use_required_attribute = False  # the browser would ask in its own language

    replaces_demo = forms.BooleanField(
        label=_("Replace the demo shop by this data"),
        error_messages={"required": DemoAnswerMissing.message},
    )


def _with(choices: list[tuple[str, Any]], present: str) -> list[tuple[str, Any]]:
    """What is set stays possible, also where it is not among those offered."""
    return choices if any(value == present for value, _ in choices) else [(present, present), *choices]
