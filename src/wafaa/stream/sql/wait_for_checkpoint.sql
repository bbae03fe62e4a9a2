-- Takes the consumer's checkpoint, after waiting for whoever has it.
SELECT position FROM stream_checkpoint WHERE consumer = %(consumer)s FOR UPDATE
