-- Where customers stand among all.
LEFT JOIN learn_segments_standing AS /*alias*/ ON /*alias*/.customer_id = person.id
