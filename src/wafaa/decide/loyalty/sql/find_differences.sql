-- Whether of these occasions' earnings some lack something, and whether some have too much.
SELECT coalesce(bool_or(target > awarded), false), coalesce(bool_or(target < awarded), false)
FROM decide_loyalty_earning WHERE occasion_id = ANY (%(occasions)s::bigint[])
