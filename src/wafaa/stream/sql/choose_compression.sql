-- Order events are long: lz4 where the server has it, uncompressed elsewhere. For rows that are written from now on.
DO $$
BEGIN
    ALTER TABLE stream_event ALTER COLUMN properties SET COMPRESSION lz4;
    ALTER TABLE stream_event ALTER COLUMN properties SET STORAGE EXTENDED;
EXCEPTION WHEN feature_not_supported THEN
    ALTER TABLE stream_event ALTER COLUMN properties SET STORAGE EXTERNAL;
END
$$
