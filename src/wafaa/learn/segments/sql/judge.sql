-- Judges customers by one tree: whether it holds, and up to when it does so unless something is said. Put together by compiling/.
-- OFFSET 0 lets the planner count each condition once for each customer, however often the tree's expressions name it.
SELECT customer_id, holds, nullif(flips_at, 'infinity') AS flips_at/*then*/
FROM (
    SELECT found.*, /*holds*/ AS holds, /*flips_at*/ AS flips_at
    FROM (
        SELECT person.id AS customer_id/*findings*/
        FROM know_customers_customer AS person
        /*joins*/
        WHERE person.merged_into_id IS NULL/*ids*//*narrow*/
        OFFSET 0
    ) AS found
    OFFSET 0
) AS judged
/*kept*/
