"""Django's backend for PostgreSQL, as settings.DATABASES names it."""
