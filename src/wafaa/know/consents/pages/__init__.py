"""Pages about consents: the panel of one customer, the list of all, the wordings."""
