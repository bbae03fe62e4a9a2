-- The different cells of a column of dates as each way of writing reads them; NULL where it cannot.
WITH parted AS (
    SELECT
        *,
        regexp_extract(
            v,
            '^(\d{{1,4}})\s?[-/. ]\s?(\d{{1,2}})\s?[-/. ]\s?(\d{{4}}|\d{{1,2}})(?:[T,\s]+(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}(?:\.\d{{1,9}})?))?\s?([AaPp]\.?[Mm]\.?|ص|م|صباحا|مساء)?)?$',
            ['a', 'b', 'c', 'h', 'm', 's', 'half']
        ) AS part,
        regexp_extract(
            v,
            '^(?:\p{{L}}+,?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?[-\s./]*(\p{{L}}[\p{{L}}\s]*\p{{L}})[-\s.,/]*(\d{{4}}|\d{{2}})(?:[T,\s]+(?:at\s)?(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}(?:\.\d+)?))?\s?([AaPp]\.?[Mm]\.?|ص|م)?)?$',
            ['d', 'name', 'y', 'h', 'm', 's', 'half']
        ) AS word_part,
        regexp_extract(
            v,
            '^(?:\p{{L}}+,\s*)?(\p{{L}}+)\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?:[T,\s]+(?:at\s)?(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}(?:\.\d+)?))?\s?([AaPp]\.?[Mm]\.?|ص|م)?)?$',
            ['name', 'd', 'y', 'h', 'm', 's', 'half']
        ) AS us_part
    FROM ({values})
), timed AS (
    SELECT
        *,
        time_text(part.h, part.m, part.s, part.half) AS part_time,
        time_text(word_part.h, word_part.m, word_part.s, word_part.half) AS word_time,
        time_text(us_part.h, us_part.m, us_part.s, us_part.half) AS us_time,
        coalesce(months[lower(word_part.name)], months[lower(left(word_part.name, 3))]) AS word_month,
        coalesce(months[lower(us_part.name)], months[lower(left(us_part.name, 3))]) AS us_month
    FROM parted CROSS JOIN (SELECT MAP {months} AS months)
)
SELECT
    given, v,
    CASE
        WHEN regexp_matches(v, '^\d{{4}}-\d{{2}}-\d{{2}}[T ]\d{{2}}:\d{{2}}.*(?:[Zz]|UTC|GMT|[+-]\d{{2}}(?::?\d{{2}})?)$')
        THEN timezone('UTC', TRY_CAST(regexp_replace(v, '\s*(?:[Zz]|UTC|GMT)$', '+00') AS TIMESTAMPTZ))
    END AS zoned,
    CASE WHEN v[5] = '-' AND v[8] = '-' AND NOT regexp_matches(v, '[A-SU-Zz]|[-+]\d{{2}}:?\d{{0,2}}$') OR regexp_full_match(v, '\d{{4}}-\d{{2}}-\d{{2}}')
        THEN TRY_CAST(v AS TIMESTAMP) END AS iso,
    CASE WHEN length(part.a) = 4 AND v[5] <> '-' OR length(part.a) = 4 AND v[8] <> '-'
        THEN TRY_CAST(part.a || '-' || part.b || '-' || part.c || ' ' || part_time AS TIMESTAMP) END AS year_first,
    CASE WHEN length(part.a) BETWEEN 1 AND 2
        THEN TRY_CAST(full_year(part.c) || '-' || part.b || '-' || part.a || ' ' || part_time AS TIMESTAMP) END AS day_first,
    CASE WHEN length(part.a) BETWEEN 1 AND 2
        THEN TRY_CAST(full_year(part.c) || '-' || part.a || '-' || part.b || ' ' || part_time AS TIMESTAMP) END AS month_first,
    coalesce(
        TRY_CAST(full_year(word_part.y) || '-' || word_month || '-' || word_part.d || ' ' || word_time AS TIMESTAMP),
        TRY_CAST(us_part.y || '-' || us_month || '-' || us_part.d || ' ' || us_time AS TIMESTAMP)
    ) AS named,
    CASE
        WHEN regexp_full_match(v, '(?:19|20)\d{{6}}(?:\d{{4}}(?:\d{{2}})?)?') THEN TRY_CAST(
            v[1:4] || '-' || v[5:6] || '-' || v[7:8] || ' ' || coalesce(nullif(v[9:10], ''), '00') || ':'
            || coalesce(nullif(v[11:12], ''), '00') || ':' || coalesce(nullif(v[13:14], ''), '00') AS TIMESTAMP
        )
    END AS compact,
    CASE
        WHEN regexp_full_match(v, '\d{{10}}(?:\.\d+)?') THEN make_timestamp((TRY_CAST(v AS DECIMAL(20, 6)) * 1000000)::BIGINT)
        WHEN regexp_full_match(v, '\d{{13}}') THEN make_timestamp(TRY_CAST(v AS BIGINT) * 1000)
    END AS epoch,
    -- days since 1899-12-30, as spreadsheets keep dates; to the second, because a day's fraction is rounded there
    CASE
        WHEN regexp_full_match(v, '[2-7]\d{{4}}(?:\.\d+)?')
        THEN TIMESTAMP '1899-12-30' + to_seconds(round(TRY_CAST(v AS DOUBLE) * 86400)::BIGINT)
    END AS serial
FROM timed
