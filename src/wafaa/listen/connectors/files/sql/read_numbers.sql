-- The different cells of a column of numbers as they are read with a decimal point and with a decimal comma.
SELECT
    given, v, core,
    coalesce(
        CASE WHEN regexp_full_match(v, '[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{{1,2}})?') THEN TRY_CAST(v AS DECIMAL(38, 8)) END,
        CASE
            WHEN regexp_full_match(core, '-?(?:\d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}(?:\.\d+)?|\d*\.?\d+|\d+\.)')
            THEN TRY_CAST(replace(core, ',', '') AS DECIMAL(38, 8))
        END
    ) AS with_point,
    CASE
        WHEN regexp_full_match(core, '-?(?:\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?|\d*,?\d+|\d+,)')
        THEN TRY_CAST(replace(replace(core, '.', ''), ',', '.') AS DECIMAL(38, 8))
    END AS with_comma
FROM (SELECT *, number_core(v) AS core FROM ({values}))
