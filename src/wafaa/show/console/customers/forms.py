"""What may be asked of the list of customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.know.customers.queries import list_countries
from wafaa.know.orders.queries import Stores, list_stores
from wafaa.science.rfm import GROUPS
from wafaa.show.console.customers.listing import CustomerFilter
from wafaa.show.console.words.groups import get_group_words


class CustomerFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    search = forms.CharField(label=_("Name, e-mail, phone or number"), required=False, max_length=200)
    store = forms.TypedChoiceField(label=_("Store"), required=False, coerce=int, empty_value=None)
    country = forms.ChoiceField(label=_("Country"), required=False)
    group = forms.ChoiceField(label=_("Customer group"), required=False)

    def __init__(
        self, *args: Any, stores: Stores, sees_personal: bool, sees_figures: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stores, self.sees_personal = stores, sees_personal
        if not sees_personal:
            self.fields["search"].label = _("Customer number")
        self._offer("store", _("All stores"), [(str(store.id), str(store)) for store in list_stores(stores)])
        self._offer("country", _("All countries"), [(country, country) for country in list_countries()])
        groups = [(group, get_group_words(group).label) for group in GROUPS] if sees_figures else []
        self._offer("group", _("All groups"), groups)

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, Any]]) -> None:
        """A choice of one is none: the field goes."""
        if len(choices) < 2:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", everything), *choices]

    def get_filter(self) -> CustomerFilter:
        self.is_valid()
        given = self.cleaned_data
        return CustomerFilter(
            search=given.get("search") or "",
            store_id=given.get("store"),
            country=given.get("country") or "",
            group=given.get("group") or "",
            bought_once=self.data.get("bought") == "once",
            stores=self.stores,
            sees_personal=self.sees_personal,
        )
