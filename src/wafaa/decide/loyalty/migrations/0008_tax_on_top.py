"""What was paid for a cancelled order has its tax where prices are without it; and what was refunded before is noted, too."""

from django.db import migrations

REFUNDED = """
-- What came back of an order in its own money, in minor units; of a cancelled one all that was paid in money.
CREATE OR REPLACE FUNCTION decide_loyalty_refunded(bought bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
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

NOTED = """
UPDATE decide_loyalty_occasion AS occasion SET refunded_minor = decide_loyalty_refunded(occasion.order_id)
FROM decide_loyalty_programme AS programme
WHERE programme.id = occasion.programme_id AND programme.policy = 'charge'
    AND occasion.refunded_minor <> decide_loyalty_refunded(occasion.order_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decide_loyalty", "0007_refunds_that_pay"),
        ("access_business", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(REFUNDED, migrations.RunSQL.noop),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
