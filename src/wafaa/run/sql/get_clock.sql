-- The time on the machine of the database.
SELECT clock_timestamp()
