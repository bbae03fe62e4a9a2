-- Seconds since a worker of the queue last said that it lives; NULL if none ever did.
SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) FROM procrastinate_workers
