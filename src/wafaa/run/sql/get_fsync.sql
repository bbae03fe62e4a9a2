-- Whether a commit survives a power cut.
SELECT current_setting('fsync')
