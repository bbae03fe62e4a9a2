"""The upload, the filter of the list, and the questions about one file."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.rules import list_currencies, list_time_zones
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.rules import AMOUNT_FIELDS, FIELDS, Mapping, Options, Understanding
from wafaa.listen.connectors.files.words import FIELD_LABELS


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File with orders"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.parquet,.gz"}),
    )


class ImportFilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Import.State.choices]
    )


class AnswersForm(forms.Form):
    """A select per column, and what the file does not say about itself."""

    def __init__(
        self, *args: Any, understanding: Understanding, mapping: Mapping, options: Options, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.understanding = understanding
        self.options = options
        fields = [("", _("leave out")), *((field, FIELD_LABELS[field]) for field in FIELDS)]
        by_place = {place: field for field, place in mapping.items()}
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
        self.fields["decimal"] = forms.ChoiceField(
            label=_("Decimals are written with"),
            choices=[(".", _("a point: 12.50")), (",", _("a comma: 12,50"))],
            initial=self.options.decimal or ".",
        )

    def _ask_where_it_comes_from(self) -> None:
        language = get_language() or "en"
        currencies = [("", _("none")), *list_currencies(language)]
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"),
            help_text=_("Of amounts for which the file names no currency."),
            required=False,
            choices=_with(currencies, self.options.currency),
            initial=self.options.currency,
        )
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
            if field and field in taken:
                self.add_error(name, _("Another column is this already."))
            elif field:
                taken[field] = name
        if "ordered_at" not in taken:
            self.add_error(None, _("Say which column holds the order date."))
        if not set(AMOUNT_FIELDS) & set(taken):
            self.add_error(
                None, _("Say which column holds what was paid: unit price, total of the row or of the order.")
            )
        return cleaned

    def get_mapping(self) -> Mapping:
        return {
            self.cleaned_data[f"column_{place}"]: place
            for place in range(len(self.understanding.columns))
            if self.cleaned_data[f"column_{place}"]
        }

    def get_options(self) -> Options:
        said = self.cleaned_data
        return replace(
            self.options,
            day_first=said["day_first"] == "day" if said.get("day_first") else self.options.day_first,
            decimal=said["decimal"],
            currency=said["currency"],
            time_zone=said["time_zone"],
            refund_prefix=said["refund_prefix"].strip(),
        )


class PublishForm(forms.Form):
    replaces_demo = forms.BooleanField(
        label=_("Replace the demo shop by these orders"), required=True, initial=True
    )


def _with(choices: list[tuple[str, Any]], present: str) -> list[tuple[str, Any]]:
    """What is set stays possible, also where it is not among those offered."""
    return choices if any(value == present for value, _ in choices) else [(present, present), *choices]
