-- Keeps who met which variant; told again, the earliest moment stands. Experiments of other tools are passed over.
INSERT INTO decide_experiments_exposure AS kept (experiment_id, distinct_id, variant_id, at)
SELECT experiment.id, event.distinct_id, variant.id, min(event.occurred_at)
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
JOIN decide_experiments_experiment AS experiment ON experiment.uuid::text = lower(event.properties ->> 'experiment_id')
JOIN decide_experiments_variant AS variant
    ON variant.experiment_id = experiment.id AND variant.key = event.properties ->> 'variation_id'
GROUP BY experiment.id, event.distinct_id, variant.id
ORDER BY experiment.id, event.distinct_id COLLATE "C", variant.id
ON CONFLICT (experiment_id, distinct_id, variant_id) DO UPDATE SET at = excluded.at
WHERE excluded.at < kept.at
