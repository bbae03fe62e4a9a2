-- The good rows of a list of customers, then one row per customer: each field as the last row that fills it says.
CREATE OR REPLACE TEMP TABLE listed_row AS
SELECT line, {key} AS distinct_id{values}
FROM typed {joins}
WHERE NOT is_bad;

INSERT INTO problem SELECT line, -1, 'no_customer', '' FROM listed_row WHERE distinct_id IS NULL;

DELETE FROM listed_row WHERE distinct_id IS NULL;

CREATE OR REPLACE TEMP TABLE listed AS
SELECT
    'profile' AS kind, distinct_id AS key, distinct_id, 'identify' AS type, 'identify' AS name,
    min(line) AS first_line{latest}
FROM listed_row
GROUP BY distinct_id
