-- Lines that contradict their order's first line, and orders too large to be one order, go to the problems.
CREATE OR REPLACE TEMP TABLE contradiction AS
SELECT
    priced.line,
    CASE
        WHEN document.lines > {lines_max} THEN {order_place}
        WHEN priced.distinct_id <> document.distinct_id THEN {customer_place}
        WHEN priced.currency <> document.currency THEN {currency_place}
        ELSE {amount_place}
    END AS place,
    CASE
        WHEN document.lines > {lines_max} THEN 'too_many_lines'
        WHEN priced.distinct_id <> document.distinct_id THEN 'other_customer'
        WHEN priced.currency <> document.currency THEN 'other_currency'
        ELSE 'number_too_large'
    END AS code,
    CASE
        WHEN document.lines > {lines_max} THEN priced.order_id
        WHEN priced.distinct_id <> document.distinct_id THEN priced.distinct_id
        WHEN priced.currency <> document.currency THEN priced.currency
        ELSE CAST(pieces * price AS VARCHAR)
    END AS value
FROM priced
JOIN document USING (order_id)
WHERE document.lines > {lines_max}
    OR priced.distinct_id <> document.distinct_id
    OR priced.currency <> document.currency
    OR abs(pieces * price) > {amount_max}
