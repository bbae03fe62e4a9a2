"""What refunds of an occasion's order had given when it was last settled: what is charged is kept back from later ones only."""

from django.db import migrations, models

REFUNDED = """
-- What came back of an order in its own money, in minor units; of a cancelled one all that was paid in money.
CREATE FUNCTION decide_loyalty_refunded(bought bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN placed.cancelled_at IS NOT NULL THEN
        greatest(0, placed.gross_minor + placed.shipping_minor
            + CASE WHEN EXISTS (SELECT FROM access_business_business WHERE NOT prices_include_tax) THEN placed.tax_minor ELSE 0 END
            - coalesce((SELECT amount_minor FROM decide_loyalty_paidpart WHERE order_id = bought), 0))
    ELSE (
        SELECT coalesce(sum(amount_minor), 0) FROM know_orders_refund
        WHERE order_id = bought AND currency IN ('', placed.currency)
    ) END
    FROM know_orders_order AS placed WHERE placed.id = bought
$$;
"""

# What was given back before pays no charge.
NOTED = """
UPDATE decide_loyalty_occasion AS occasion SET refunded_minor = decide_loyalty_refunded(occasion.order_id)
FROM decide_loyalty_programme AS programme
WHERE programme.id = occasion.programme_id AND programme.policy = 'charge'
    AND occasion.refunded_minor <> decide_loyalty_refunded(occasion.order_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decide_loyalty", "0006_members_listed"),
        ("know_orders", "0001_initial"),
        ("access_business", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="occasion",
            name="refunded_minor",
            field=models.BigIntegerField(default=0, db_default=0),
        ),
        migrations.RunSQL(REFUNDED, "DROP FUNCTION decide_loyalty_refunded"),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
