-- The partitions of this month and the next, so that recording never has to make one.
SELECT stream_ensure_partition(0), stream_ensure_partition(1)
