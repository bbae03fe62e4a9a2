-- Where the database server listens besides its socket; empty: nowhere.
SELECT current_setting('listen_addresses')
