"""Customers, the ids by which the stream knows them, and what the staff note about them: owner, tags, own fields."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
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


@SearchField.register_lookup
class Matches(Lookup):
    """The same without the index, for words that so many have that looking them up there costs more than walking."""

    lookup_name = "matches"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        query, query_params = self.process_rhs(compiler, connection)
        words = f"array_to_tsvector(string_to_array({column} || '', ' '))"
        return f"{words} @@ {query}::tsquery", (*column_params, *query_params)


@models.JSONField.register_lookup
class Fits(Lookup):
    """Whether something in it fits a jsonpath: `filter(attributes__fits=rules.make_range(...))`."""

    lookup_name = "fits"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @? %s::jsonpath", (*params, self.rhs)


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
    # kit.text.fold of the name's words, sorted: people of the same name have the same
    name_key = models.CharField(max_length=300, blank=True, editable=False, db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    # Whoever was merged into another customer stays as a row that nothing lists, so that it can be undone.
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.CASCADE, related_name="merged", db_index=False
    )
    source = models.CharField(
        max_length=50, blank=True, editable=False
    )  # of the event that spoke of them first
    created_at = models.DateTimeField()
    changed_in = TransactionIdField()

    class Meta:
        # Two further indexes stand in the migrations: customer_search, the words of search_text, found by their
        # beginnings; customer_attributes, the values of own fields.
        indexes = [
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["country"], name="customer_country"),
            models.Index(fields=["changed_in"], name="customer_changed_in"),
            models.Index(fields=["external_id"], name="customer_external_id"),
            models.Index(fields=["email"], name="customer_email", condition=~models.Q(email="")),
            models.Index(fields=["phone"], name="customer_phone", condition=~models.Q(phone="")),
            models.Index(
                fields=["name_key", "city"],
                name="customer_name_key",
                condition=~models.Q(name_key="") & ~models.Q(city=""),
            ),
            models.Index(fields=["owner"], name="customer_owner", condition=models.Q(owner__isnull=False)),
            models.Index(
                fields=["merged_into"], name="customer_merged", condition=models.Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or self.email or self.phone or str(self.uuid)[:8]


class DistinctId(models.Model):
    """Which customer an event's distinct_id means; merging moves these rows and rewrites no event."""

    distinct_id = models.CharField(max_length=200, primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="distinct_ids")

    def __str__(self) -> str:
        return self.distinct_id


class Tag(models.Model):
    """A word by which staff sort customers."""

    name = models.CharField(_("name"), max_length=60)
    folded = models.CharField(max_length=60, unique=True, editable=False)  # kit.text.fold of the name
    colour = models.CharField(_("colour"), max_length=10, default="grey")  # one of rules.COLOURS
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CustomerTag(models.Model):
    """A customer wears a tag."""

    pk = models.CompositePrimaryKey("tag_id", "customer_id")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="worn", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="worn")

    class Meta:
        ordering = ["tag_id"]


class OwnField(models.Model):
    """A field of customers that the business defined; its values lie in Customer.attributes under `key`."""

    key = models.SlugField(max_length=50, unique=True)
    label_ar = models.CharField(_("label in Arabic"), max_length=100, blank=True)
    label_en = models.CharField(_("label in English"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=10)  # one of rules.Kind
    choices = models.JSONField(_("choices"), default=list, blank=True)  # texts; only of kind choice
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        ours, other = self.label_ar, self.label_en
        if not (get_language() or "").startswith("ar"):
            ours, other = other, ours
        return ours or other or self.key


class CustomerView(models.Model):
    """A list of customers that somebody comes back to: what it asks for, in which order, with which columns."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("for all staff"), default=False)
    asked = models.JSONField(default=dict)  # parameter of the list -> its values
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class BulkEdit(models.Model):
    """One change to many customers, made in chunks; what each had before is kept so that it can be taken back."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    at = models.DateTimeField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    deed = models.CharField(max_length=20)  # one of rules.Deed
    what = models.JSONField(default=dict)  # tag, owner, or key and value
    chosen = models.JSONField(default=dict)  # {"ids": [...]} or {"asked": the list's parameters}
    total = models.PositiveIntegerField()  # as counted before the start
    done = models.PositiveIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)  # customers up to here are done
    state = models.CharField(max_length=10)  # one of rules.BulkState

    class Meta:
        indexes = [models.Index(fields=["-at"], name="bulk_edit_at")]


class BulkEditRow(models.Model):
    """A customer that a bulk edit really changed, with what was there before."""

    pk = models.CompositePrimaryKey("edit_id", "customer_id")
    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="rows", db_index=False)
    # Not checked by the database: a customer may go, and undoing passes over them.
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    before = models.JSONField(null=True)


class Merge(models.Model):
    """Two customers that turned out to be one. What moved and what changed is kept, so that it can be undone exactly."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    at = models.DateTimeField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_away")
    before = models.JSONField(default=dict)  # fields of the kept customer that the merge changed
    after = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)  # what -> ids: distinct ids, tags, orders ...
    # by which rule and by what they share, where know.identity joined them; {} of merges older than that room
    why = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], name="merged_once_at_a_time", condition=models.Q(undone_at__isnull=True)
            )
        ]
