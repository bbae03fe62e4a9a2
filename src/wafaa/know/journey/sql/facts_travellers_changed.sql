-- Which parts of the traveller facts have rows that are new or whose link was written since a transaction.
-- Links keep no transaction of their own; which one wrote a row stands in PostgreSQL's xmin, and age() says which of two such
-- numbers, which go round, is the later one.
SELECT DISTINCT id / %(part_rows)s FROM know_journey_traveller WHERE changed_in >= (%(since)s::text)::xid8
UNION
SELECT DISTINCT traveller.id / %(part_rows)s
FROM know_journey_traveller AS traveller
JOIN know_customers_distinctid AS link USING (distinct_id)
WHERE age(link.xmin) <= age(((%(since)s::bigint %% 4294967296)::text)::xid)
