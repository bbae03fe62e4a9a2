"""What may be asked of the list of orders."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.design.formats import name_channel
from wafaa.kit import clock
from wafaa.know.orders.queries import OrderFilter, Stores, list_channels, list_stores

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
STATES = [
    ("", _("All orders")),
    ("counted", _("Counted")),
    ("uncounted", _("Not counted")),
    ("refunded", _("With a refund")),
]
NO_CUSTOMER = "none"


class OrderFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    search = forms.CharField(label=_("Order number"), required=False, max_length=200)
    store = forms.TypedChoiceField(label=_("Store"), required=False, coerce=int, empty_value=None)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    state = forms.ChoiceField(label=_("Status"), required=False, choices=STATES)
    since = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DATE)
    until = forms.DateField(label=pgettext_lazy("date", "To"), required=False, widget=DATE)
    customer = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stores: Stores, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer(
            "store", [("", _("All stores")), *((str(store.id), str(store)) for store in list_stores(stores))]
        )
        self._offer(
            "channel", [("", _("All channels")), *((told, name_channel(told)) for told in list_channels())]
        )

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """A choice of one is none: the field goes."""
        if len(choices) <= 2:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def get_filter(self, zone: ZoneInfo) -> OrderFilter:
        """Days are the business's; the last one is included."""
        self.is_valid()
        given = self.cleaned_data
        since, until = given.get("since"), given.get("until")
        state = given.get("state")
        return OrderFilter(
            search=given.get("search") or "",
            store_id=given.get("store"),
            channel=given.get("channel") or "",
            is_counted={"counted": True, "uncounted": False}.get(state or ""),
            is_refunded=True if state == "refunded" else None,
            has_customer=False if given.get("customer") == NO_CUSTOMER else None,
            start=clock.start_of_day(since, zone) if since else None,
            end=clock.end_of_day(until, zone) if until else None,
        )
