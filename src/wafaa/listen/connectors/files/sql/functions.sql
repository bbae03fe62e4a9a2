-- How a cell's text becomes a value; each gives NULL where it cannot.
CREATE OR REPLACE TEMP MACRO latin_digits(v) AS translate(v, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫−', '01234567890123456789.-');

-- Words that stand for an empty cell.
CREATE OR REPLACE TEMP MACRO filled(v) AS CASE
    WHEN v = '' THEN NULL
    WHEN length(v) < 8 AND lower(trim(v)) IN ('', '-', '--', 'null', 'none', 'nan', 'n/a', '#n/a', 'na', 'nil', '(null)', '#ref!', '\n', 'nat', 'لا يوجد') THEN NULL
    ELSE trim(v)
END;

-- A name, number or code as it is kept: no control characters.
CREATE OR REPLACE TEMP MACRO clean_text(v) AS CASE
    WHEN regexp_matches(v, '[\x00-\x1f\x7f]') THEN nullif(trim(regexp_replace(v, '[\x00-\x1f\x7f]+', ' ', 'g')), '')
    ELSE v
END;

-- The digits and separators of a number with its sign; signs of currencies and pieces are dropped, other words make it NULL.
CREATE OR REPLACE TEMP MACRO number_core(v) AS CASE
    WHEN regexp_full_match(
        v,
        '[\s(+-]*(?i:{units})?[\s(+-]*(?:[0-9]|[.,][0-9])[0-9.,''٬  ]*(?i:{units})?[\s)-]*(?i:{units})?'
    ) THEN
        CASE WHEN regexp_matches(v, '^[^0-9]*[(-]|[0-9]\s*-\s*$|-\s*(?i:{units})$') THEN '-' ELSE '' END
        || regexp_replace(regexp_extract(v, '(?:[0-9]|[.,][0-9])[0-9.,''٬  ]*'), '[''٬  ]', '', 'g')
END;

-- Hours, minutes and seconds of the parts of a time, with morning and afternoon, as text.
CREATE OR REPLACE TEMP MACRO time_text(h, m, s, half) AS CASE
    WHEN h = '' THEN '00:00:00'
    WHEN half = '' THEN h || ':' || m || ':' || coalesce(nullif(s, ''), '00')
    ELSE ((TRY_CAST(h AS INTEGER) % 12) + CASE WHEN lower(half[1]) IN ('p', 'م') THEN 12 ELSE 0 END)::VARCHAR
        || ':' || m || ':' || coalesce(nullif(s, ''), '00')
END;

CREATE OR REPLACE TEMP MACRO full_year(y) AS CASE
    WHEN length(y) = 2 THEN CASE WHEN TRY_CAST(y AS INTEGER) < 70 THEN '20' ELSE '19' END || y
    WHEN length(y) = 4 THEN y
END

