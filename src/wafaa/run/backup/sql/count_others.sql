-- How many other sessions of Wafaa use this database.
SELECT count(*)
FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'wafaa' AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
