"""A sweep is planned for its wallets each time: a plan for any number of them looks through all lots that are due. Which of the due
lots go first makes no difference, so that none are sorted.
"""

from django.db import migrations

PLANS = """
DO $$
BEGIN
    EXECUTE replace(
        pg_get_functiondef('act_points_expire'::regproc),
        'ORDER BY expires_at, wallet_id LIMIT at_most', 'ORDER BY expires_at LIMIT at_most'
    );
END $$;
ALTER FUNCTION act_points_expire(timestamptz, integer) SET plan_cache_mode = 'force_custom_plan';
ALTER FUNCTION act_points_put_off(bigint[], timestamptz[], jsonb, timestamptz) SET plan_cache_mode = 'force_custom_plan';
"""


class Migration(migrations.Migration):
    dependencies = [("act_points", "0005_open_lots")]

    operations = [migrations.RunSQL(PLANS, migrations.RunSQL.noop)]
