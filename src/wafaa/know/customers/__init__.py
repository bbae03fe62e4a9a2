"""Who the customer is: ids, names, ways to reach them, and their timeline."""
