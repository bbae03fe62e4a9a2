"""Customers and the ids by which the stream knows them."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.kit.fields import TransactionIdField
from wafaa.kit.ids import new_id

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
    Lookup = models.Lookup[Any]
else:
    TextField, Lookup = models.TextField, models.Lookup  # generic for the type checker only


class SearchField(TextField):
    """Folded words with one space between them, found by their beginnings:
    `filter(search_text__finds=<tsquery>)`.
    """


@SearchField.register_lookup
class Finds(Lookup):
    """Spelled as the index customer_search has it."""

    lookup_name = "finds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        query, query_params = self.process_rhs(compiler, connection)
        words = f"array_to_tsvector(string_to_array({column}, ' '))"
        return f"{words} @@ {query}::tsquery", (*column_params, *query_params)


class Customer(models.Model):
    """One person or household that buys. Everything but the ids may be empty."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    external_id = models.CharField(_("customer number"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(
        _("phone"), max_length=20, blank=True
    )  # E.164 where it could be read, else as given
    language = models.CharField(_("language"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    search_text = SearchField(blank=True, editable=False)  # kit.text.fold of name, e-mail, phone and ids
    source = models.CharField(
        max_length=50, blank=True, editable=False
    )  # of the event that spoke of them first
    created_at = models.DateTimeField()
    changed_in = TransactionIdField()

    class Meta:
        # A further index, customer_search, stands in the migration: the words of search_text, found by their
        # beginnings.
        indexes = [
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["country"], name="customer_country"),
            models.Index(fields=["changed_in"], name="customer_changed_in"),
            models.Index(fields=["external_id"], name="customer_external_id"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or self.email or self.phone or str(self.uuid)[:8]


class DistinctId(models.Model):
    """Which customer an event's distinct_id means; merging moves these rows and rewrites no event."""

    distinct_id = models.CharField(max_length=200, primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="distinct_ids")

    def __str__(self) -> str:
        return self.distinct_id
