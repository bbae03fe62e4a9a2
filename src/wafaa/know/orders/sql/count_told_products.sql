-- How many products told_updates is about.
SELECT count(DISTINCT sku) FROM told_updates
