-- The queue's jobs by state.
SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status
