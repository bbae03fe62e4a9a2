"""The till's one page, what it asks while the cashier types, and the deeds that it tells."""
