-- Waits for all batches under way and lets none begin: what a handler has read of is not taken away under its hands.
SELECT FROM stream_checkpoint ORDER BY consumer FOR UPDATE;
SELECT FROM stream_replay WHERE state IN ('waiting', 'running') ORDER BY id FOR UPDATE
