"""Orders, their lines and refunds, as told by the events; products and stores as the orders name them."""

import re
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wafaa.kit.fields import TransactionIdField
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

# A random one (version 4); those that begin with a time begin alike.
_MADE_BY_MACHINE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def _plausible(field: str) -> models.Q:
    """No shop's books reach further; a time beyond is a broken date."""
    return models.Q(
        **{
            f"{field}__gte": datetime(1900, 1, 1, tzinfo=UTC),
            f"{field}__lt": datetime(2200, 1, 1, tzinfo=UTC),
        }
    )


class Store(models.Model):
    code = models.CharField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="stores", blank=True)
    source = models.CharField(max_length=50, blank=True, editable=False)  # of the event that named it first
    changed_in = TransactionIdField()

    def __str__(self) -> str:
        return self.name or self.code


class Product(models.Model):
    sku = models.CharField(_("product number"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=500, blank=True)
    category = models.CharField(_("category"), max_length=200, blank=True)
    # What makes the name and the category stand against others that are told: see save_names.sql.
    name_counted = models.BooleanField(default=False, db_default=False, editable=False)
    named_in = models.DateField(null=True, editable=False)
    categorised_in = models.DateField(null=True, editable=False)
    barcode = models.CharField(_("barcode"), max_length=100, blank=True, db_default="")
    source = models.CharField(max_length=50, blank=True, editable=False)  # of the event that named it first
    changed_in = TransactionIdField()

    class Meta:
        indexes = [models.Index(fields=["changed_in"], name="product_changed_in")]

    def __str__(self) -> str:
        return self.name or self.sku


class ProductCost(models.Model):
    """What a piece of the product costs the shop, and what it is sold for, from a day of the business's zone on.

    It stands in for the cost of order lines that tell none: see sql/facts_order_lines.sql and the database's function
    know_orders_line_cost.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="costs")
    valid_from = models.DateField(_("valid from"))
    currency = models.CharField(_("currency"), max_length=3)
    unit_cost_minor = models.DecimalField(
        max_digits=24, decimal_places=6, null=True
    )  # may be finer than the minor unit
    list_price_minor = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    changed_in = TransactionIdField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "valid_from"], name="product_cost_once_a_day"),
        ]
        indexes = [models.Index(fields=["changed_in"], name="product_cost_changed_in")]


class Order(models.Model):
    """One purchase. An order of an identified customer with at least one counted line is a counted order.

    A counted line has a quantity and a unit price above 0 as read. Money is in minor units of `currency`.
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    source = models.CharField(max_length=50)  # which system numbered it: "file", "api", "demo" ...
    external_id = models.CharField(_("order number"), max_length=200)
    number = models.CharField(max_length=100, blank=True, db_default="")  # as people see it, where it differs
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="orders", db_index=False
    )
    ordered_at = models.DateTimeField(_("time"))  # its earliest line's
    store = models.ForeignKey(Store, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    counted = models.BooleanField()  # identified customer, counted_lines > 0, not cancelled
    counted_lines = models.PositiveIntegerField()
    gross_minor = models.BigIntegerField(
        _("gross")
    )  # what counted lines were charged after discounts, without shipping
    cost_minor = models.BigIntegerField(null=True)  # of the counted lines, where every one's cost is known
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    fingerprint = models.UUIDField(null=True)  # of the order's content in the file that told it last
    version = models.DateTimeField(null=True)  # of its content over there; an older one never replaces it
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    # Cancelled by an event without a version: no version takes that back.
    cancelled_for_good = models.BooleanField(default=False, db_default=False, editable=False)
    changed_in = TransactionIdField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="order_once_per_source"),
            models.CheckConstraint(condition=~models.Q(external_id=""), name="order_has_a_number"),
            models.CheckConstraint(condition=_plausible("ordered_at"), name="order_time_is_plausible"),
            models.CheckConstraint(
                condition=models.Q(counted=False) | models.Q(cancelled_at__isnull=True),
                name="order_cancelled_is_not_counted",
            ),
        ]
        # A further index, order_number, stands in the migration: upper(external_id), found by its beginning.
        indexes = [
            models.Index(fields=["customer", "-ordered_at"], name="order_by_customer"),
            models.Index(fields=["-ordered_at", "-id"], name="order_by_time"),
            models.Index(fields=["changed_in"], name="order_changed_in"),
            models.Index(fields=["channel"], name="order_channel"),
            models.Index(fields=["store", "customer"], name="order_by_store"),
            models.Index(Upper("number"), name="order_shown_number", condition=~models.Q(number="")),
        ]

    def __str__(self) -> str:
        """As people call it: without a receipt a till has a number for machines only, whose beginning is enough."""
        name = self.exact_name
        return name[:8] if _MADE_BY_MACHINE.fullmatch(name) else name

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.uuid])

    @property
    def exact_name(self) -> str:
        """Never shortened: for what has to be found again years later."""
        return self.number or self.external_id


class OrderLine(models.Model):
    """A line is its order's id and its ordinal: equal lines count as often as they stand there."""

    pk = models.CompositePrimaryKey("order_id", "ordinal")
    # The database doesn't check these two: only apply_orders writes lines, by the ids that it has just
    # written, and checking each of half a million lines anew would cost more than writing them.
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="lines", db_index=False, db_constraint=False
    )
    ordinal = models.PositiveIntegerField()
    product = models.ForeignKey(
        Product, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit_price = models.DecimalField(
        max_digits=20, decimal_places=6
    )  # as read, it may be finer than the minor unit
    amount_minor = models.BigIntegerField()  # quantity * unit price - discount, rounded half away from zero
    cost_minor = models.BigIntegerField(null=True)
    counted = models.BooleanField()


class Refund(models.Model):
    """Money given back: linked to its order where the source allows it, else to the customer."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    source = models.CharField(max_length=50)
    external_id = models.CharField(_("refund number"), max_length=200)
    order_external_id = models.CharField(
        max_length=200, blank=True
    )  # as told; `order` follows once that order is known
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="refunds")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="refunds")
    refunded_at = models.DateTimeField(_("time"))
    store = models.ForeignKey(Store, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_minor = models.BigIntegerField(_("amount"))  # positive: what the customer got back
    fingerprint = models.UUIDField(null=True)
    changed_in = TransactionIdField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="refund_once_per_source"),
            models.CheckConstraint(condition=~models.Q(external_id=""), name="refund_has_a_number"),
            models.CheckConstraint(condition=_plausible("refunded_at"), name="refund_time_is_plausible"),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="refund_is_positive"),
        ]
        indexes = [
            models.Index(fields=["changed_in"], name="refund_changed_in"),
            models.Index(fields=["source", "order_external_id"], name="refund_of_order"),
        ]

    def __str__(self) -> str:
        return self.external_id


class RefundLine(models.Model):
    pk = models.CompositePrimaryKey("refund_id", "ordinal")
    refund = models.ForeignKey(
        Refund, on_delete=models.CASCADE, related_name="lines", db_index=False, db_constraint=False
    )
    ordinal = models.PositiveIntegerField()
    product = models.ForeignKey(
        Product, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=6)  # positive: pieces given back
    unit_price = models.DecimalField(max_digits=20, decimal_places=6)
    amount_minor = models.BigIntegerField()


class CustomerTotals(models.Model):
    """What a customer's counted orders add up to in the reporting currency; kept by the order handler in the
    same transaction.

    Only customers with an order or a refund have a row. first_at and last_at are times of counted orders.
    """

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="totals"
    )
    currency = models.CharField(max_length=3, blank=True)  # the reporting currency at the time of counting
    orders = models.PositiveIntegerField()
    gross_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-last_at", "-customer"], name="totals_last"),
            models.Index(fields=["-gross_minor", "-customer"], name="totals_gross"),
            models.Index(fields=["-orders", "-customer"], name="totals_orders"),
        ]
