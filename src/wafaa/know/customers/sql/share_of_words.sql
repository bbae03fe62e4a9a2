-- In a sample of whole pages: how many customers there are, and how many of them a word search finds.
SELECT count(*), count(*) FILTER (WHERE array_to_tsvector(string_to_array(search_text, ' ')) @@ %(query)s::tsquery)
FROM know_customers_customer TABLESAMPLE SYSTEM (%(percent)s)
