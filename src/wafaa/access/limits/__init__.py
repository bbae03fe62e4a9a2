"""How often may this be tried: allowances that all processes share, in one table of the database."""
