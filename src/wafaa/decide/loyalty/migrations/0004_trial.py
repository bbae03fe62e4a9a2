"""Programmes that begin with a control group, and who is in it."""

import django.db.models.deletion
from django.db import migrations, models

# The place of a customer and the control's share are those of decide.experiments (rules.find_bucket, rules.find_cuts).
ASIDE = """
CREATE FUNCTION decide_loyalty_is_aside(told_programme bigint, told_customer bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM decide_loyalty_trial AS trial
        JOIN decide_experiments_experiment AS experiment ON experiment.id = trial.experiment_id AND experiment.state = 'running'
        JOIN decide_experiments_variant AS variant ON variant.experiment_id = experiment.id AND variant.key = 'control'
        JOIN know_customers_customer AS customer ON customer.id = told_customer
        WHERE trial.programme_id = told_programme
            AND ('x' || left(encode(sha256(convert_to(experiment.salt || customer.uuid::text, 'UTF8')), 'hex'), 8))::bit(32)::bigint
                < (variant.share_bp * 4294967296 + 9999) / 10000
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("decide_experiments", "0002_costs"), ("decide_loyalty", "0003_ends")]

    operations = [
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("programme", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="trial", serialize=False, to="decide_loyalty.programme")),
                ("experiment", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide_experiments.experiment")),
            ],
        ),
        migrations.RunSQL(ASIDE, "DROP FUNCTION decide_loyalty_is_aside"),
    ]
