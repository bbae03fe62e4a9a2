-- Which parts of the facts about reviews have rows written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM listen_reviews_review WHERE changed_in >= (%(since)s::text)::xid8
