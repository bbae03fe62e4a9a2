-- What happened to one customer after another, found by their ids: joined as sets, all that happened to anybody would be read.
LEFT JOIN LATERAL (
    SELECT /*columns*/
    FROM (/*items*/) AS item
) AS /*alias*/ ON true
