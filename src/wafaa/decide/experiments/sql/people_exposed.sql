-- Who came into an experiment up to a moment, as persons: a known customer, or else one distinct id.
SELECT
    link.customer_id, CASE WHEN link.customer_id IS NULL THEN exposure.distinct_id END AS distinct_id,
    min(exposure.variant_id) AS variant_id, min(exposure.variant_id) <> max(exposure.variant_id) AS is_mixed,
    min(exposure.at) AS first_at, min(exposure.at) + %(window)s <= %(as_of)s AS is_complete
FROM decide_experiments_exposure AS exposure
LEFT JOIN know_customers_distinctid AS link USING (distinct_id)
WHERE exposure.experiment_id = %(experiment_id)s AND exposure.at < %(until)s AND exposure.at <= %(as_of)s
GROUP BY link.customer_id, CASE WHEN link.customer_id IS NULL THEN exposure.distinct_id END
