-- When PostgreSQL gives up a worker's session, and with it the checkpoint that it holds: after some 4 seconds where the machine
-- vanished, within a second of a killed worker in the middle of a statement, after 30 seconds where a worker is frozen inside a
-- transaction. (A worker that is killed between two statements is seen at once.)
SELECT
    set_config('tcp_keepalives_idle', '2', false),
    set_config('tcp_keepalives_interval', '1', false),
    set_config('tcp_keepalives_count', '2', false),
    set_config('tcp_user_timeout', '4s', false),
    set_config('client_connection_check_interval', '1s', false),
    set_config('idle_in_transaction_session_timeout', '30s', false)
