-- Every line with typed cells; what is wrong with a line, or only with a cell of it, is said apart.
CREATE OR REPLACE TEMP TABLE typed AS
SELECT line, {fields}, ({checks}) AS is_bad, ({notes}) AS is_noted
FROM (SELECT raw.*, {values} FROM {raw} AS raw {joins});

CREATE OR REPLACE TEMP TABLE problem AS
SELECT line, found.place AS place, found.code AS code, found.value AS value
FROM (
    SELECT line, unnest([{problems}]) AS found
    FROM (
        SELECT raw.*, {values}
        FROM {raw} AS raw {joins}
        WHERE line IN (SELECT line FROM typed WHERE is_bad OR is_noted)
    )
)
WHERE found IS NOT NULL
