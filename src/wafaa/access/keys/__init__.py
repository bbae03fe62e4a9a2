"""Which programs may call the API, and what each may do there."""
