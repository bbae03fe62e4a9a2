-- The tags that customers wear.
LEFT JOIN (
    SELECT known.customer_id, array_agg(known.tag_id) AS tags
    FROM know_customers_customertag AS known
    WHERE true /*ids*/
    GROUP BY known.customer_id
) AS /*alias*/ ON /*alias*/.customer_id = person.id
