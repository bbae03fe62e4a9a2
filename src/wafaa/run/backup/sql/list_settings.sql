-- The names of all settings that this server knows.
SELECT name FROM pg_settings
