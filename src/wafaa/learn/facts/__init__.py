"""The past as typed Parquet facts, kept in step with PostgreSQL, and the engine that reduces them."""
