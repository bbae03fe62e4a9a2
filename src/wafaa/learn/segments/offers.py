"""What is known here that conditions may ask for: stores, products, cities, events, tags ... each looked up when first asked."""

import uuid
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from django.db.models import Count
from django.utils.translation import get_language, gettext, gettext_lazy

from wafaa.access.business.queries import get_business
from wafaa.access.staff.queries import list_staff
from wafaa.design.formats import list_languages, name_channel, name_country, name_language
from wafaa.know.consents.models import CHANNEL_LABELS, PURPOSE_LABELS
from wafaa.know.customers.models import Customer, OwnField
from wafaa.know.customers.queries import list_countries, list_fields, list_tags
from wafaa.know.orders.models import Product
from wafaa.know.orders.queries import list_channels, list_stores
from wafaa.learn.segments.actions.standing import LAPSED_NAME, READY
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import list_segments
from wafaa.learn.segments.rules.tree import OWN_EVENTS
from wafaa.stream.catalogue import EVENTS
from wafaa.stream.queries import list_event_names

Choice = tuple[str, str]

# A list to choose from is no longer; more are found by typing.
OFFERED_MAX: Final = 200
# Cities are counted among the customers heard of last.
CITIES_OF: Final = 20_000
READY_NAMES: Final = frozenset({LAPSED_NAME, *(name for _key, name, _definition in READY)})
CLASS_LABELS: Final = {
    "a": gettext_lazy("A: make 80% of sales"),
    "b": gettext_lazy("B: make the next 15%"),
    "c": gettext_lazy("C: make the last 5%"),
}


def name_group(group: str) -> str:
    """An RFM group as its ready-made segment is called."""
    names = {key: name for key, name, _definition in READY}
    name = names.get(f"rfm.{group}")
    return gettext(name) if name else group


def name_segment(segment: Segment) -> str:
    """Ready-made ones have names of this house, which are translated."""
    return gettext(segment.name) if segment.kind == Segment.Kind.READY else segment.name


def name_heard(name: str) -> str:
    """A segment as an event told of it, by its name alone."""
    return gettext(name) if name in READY_NAMES else name


class Offers:
    """One page's look at what is known. `besides` is the segment that must not ask for itself."""

    def __init__(self, *, besides: uuid.UUID | None = None) -> None:
        self.besides = besides
        self._products: dict[str, str] = {}

    @cached_property
    def language(self) -> str:
        return get_language() or ""

    @cached_property
    def currency(self) -> str:
        return get_business().currency

    @cached_property
    def stores(self) -> list[Choice]:
        return [(store.code, str(store)) for store in list_stores()]

    @cached_property
    def channels(self) -> list[Choice]:
        return [(told, name_channel(told)) for told in list_channels()]

    @cached_property
    def countries(self) -> list[Choice]:
        return [(told, name_country(told, self.language)) for told in list_countries()]

    @cached_property
    def languages(self) -> list[Choice]:
        known = dict(list_languages(self.language))
        return [(code, known.get(code, code)) for code in ("ar", "en")]

    @cached_property
    def tags(self) -> list[Choice]:
        return [(str(tag.pk), tag.name) for tag in list_tags()]

    @cached_property
    def staff(self) -> list[Choice]:
        return [(str(one.pk), str(one)) for one in list_staff()]

    @cached_property
    def own_fields(self) -> Mapping[str, OwnField]:
        return {own.key: own for own in list_fields()}

    @cached_property
    def events(self) -> list[Choice]:
        """Those that came, then those that the catalogue knows."""
        heard = list(list_event_names().values_list("name", flat=True)[:OFFERED_MAX])
        names = [name for name in dict.fromkeys([*heard, *EVENTS]) if name not in OWN_EVENTS]
        return [(name, "") for name in names if name != "identify"]

    @cached_property
    def consent_channels(self) -> list[Choice]:
        return [(str(key), str(label)) for key, label in CHANNEL_LABELS.items()]

    @cached_property
    def purposes(self) -> list[Choice]:
        return [(str(key), str(label)) for key, label in PURPOSE_LABELS.items()]

    @cached_property
    def segments(self) -> list[Choice]:
        found = [one for one in list_segments() if one.uuid != self.besides]
        return [(str(one.uuid), name_segment(one)) for one in found]

    @cached_property
    def cities(self) -> list[Choice]:
        return [(city, "") for city in find_cities()]

    @cached_property
    def categories(self) -> list[Choice]:
        return [(one, "") for one in find_categories()]

    @cached_property
    def products(self) -> list[Choice]:
        return find_products()

    def list_properties(self, event: str) -> list[Choice]:
        """Names of properties that events of this name are known to have."""
        return [(name, "") for name in EVENTS.get(event, {})]

    def name(self, kind: str, code: str) -> str:
        """What people call it; the code itself where nobody knows."""
        if kind == "products":
            return self._name_product(code)
        if kind == "languages":
            return name_language(code, self.language)
        if kind == "countries":
            return name_country(code, self.language)
        return dict(getattr(self, kind)).get(code) or code

    def _name_product(self, sku: str) -> str:
        if sku not in self._products:
            self.fetch_products([sku])
        return self._products[sku]

    def fetch_products(self, skus: Sequence[str]) -> None:
        """The names of many, which are asked for one by one afterwards."""
        found = dict(Product.objects.filter(sku__in=skus).values_list("sku", "name"))
        self._products |= {sku: found.get(sku) or sku for sku in skus}


def find_cities(search: str = "", *, limit: int = OFFERED_MAX) -> list[str]:
    """Where customers live, the most frequent first."""
    newest = Customer.objects.filter(merged_into=None).exclude(city="").order_by("-id")
    if search:
        newest = newest.filter(city__istartswith=search)
    ids = newest.values("pk")[:CITIES_OF]
    counted = Customer.objects.filter(pk__in=ids).order_by().values("city").annotate(many=Count("pk"))
    return list(counted.order_by("-many", "city").values_list("city", flat=True)[:limit])


def find_categories(search: str = "", *, limit: int = OFFERED_MAX) -> list[str]:
    found = Product.objects.exclude(category="").order_by("category")
    if search:
        found = found.filter(category__icontains=search)
    return list(found.values_list("category", flat=True).distinct()[:limit])


def find_products(search: str = "", *, limit: int = OFFERED_MAX) -> list[Choice]:
    """Numbers with names, by name."""
    found = Product.objects.order_by("name", "sku")
    if search:
        found = found.filter(name__icontains=search) | found.filter(sku__istartswith=search)
    return list(found.values_list("sku", "name")[:limit])


def suggest(kind: str, search: str) -> Sequence[Choice]:
    """What begins like what somebody types."""
    match kind:
        case "cities":
            return [(city, "") for city in find_cities(search, limit=30)]
        case "categories":
            return [(one, "") for one in find_categories(search, limit=30)]
        case "products":
            return find_products(search, limit=30)
        case "events":
            return [one for one in Offers().events if search.casefold() in one[0].casefold()][:30]
    return []
