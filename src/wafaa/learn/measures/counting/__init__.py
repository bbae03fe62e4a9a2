"""Reducing the facts to integers with Ibis, in the process that has the engine. Loads DuckDB: import it where it is used."""
