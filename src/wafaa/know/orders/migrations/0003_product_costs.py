"""What products cost from a day on, and how lines that tell no cost of their own get one."""

import django.db.models.deletion
from django.db import migrations, models

import wafaa.kit.fields

# The cost of a line's pieces on a day, in minor units, half away from zero as everywhere; NULL where it is not known.
LINE_COST = """
CREATE FUNCTION know_orders_line_cost(product bigint, quantity numeric, currency varchar, day date) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT round($2 * cost.unit_cost_minor)::bigint
    FROM know_orders_productcost AS cost
    WHERE cost.product_id = $1 AND cost.currency = $3 AND cost.valid_from <= $4 AND cost.unit_cost_minor IS NOT NULL
    ORDER BY cost.valid_from DESC
    LIMIT 1
$$
"""
# The cost of an order's counted lines, where every one's is known.
ORDER_COST = """
CREATE FUNCTION know_orders_order_cost(told_order bigint, currency varchar, day date) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) FILTER (WHERE reckoned.cost_minor IS NULL) = 0 THEN sum(reckoned.cost_minor)::bigint END
    FROM (
        SELECT coalesce(line.cost_minor, know_orders_line_cost(line.product_id, line.quantity, $2, $3)) AS cost_minor
        FROM know_orders_orderline AS line
        WHERE line.order_id = $1 AND line.counted
    ) AS reckoned
$$
"""


class Migration(migrations.Migration):
    dependencies = [("know_orders", "0002_product_names")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="barcode",
            field=models.CharField(blank=True, db_default="", max_length=100, verbose_name="barcode"),
        ),
        migrations.CreateModel(
            name="ProductCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("unit_cost_minor", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("list_price_minor", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                (
                    "changed_in",
                    wafaa.kit.fields.TransactionIdField(
                        db_default=wafaa.kit.fields.CurrentTransactionId(), editable=False
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="know_orders.product"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["changed_in"], name="product_cost_changed_in")],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "valid_from"), name="product_cost_once_a_day")
                ],
            },
        ),
        migrations.RunSQL(sql=LINE_COST, reverse_sql="DROP FUNCTION know_orders_line_cost"),
        migrations.RunSQL(sql=ORDER_COST, reverse_sql="DROP FUNCTION know_orders_order_cost"),
    ]
