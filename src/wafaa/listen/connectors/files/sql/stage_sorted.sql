-- Whether money went back: by a prefix, by a sign, or because a document of returns says so.
CREATE OR REPLACE TEMP VIEW sorted AS
SELECT *, has_prefix OR is_negative OR standing = 'return' AS is_refund
FROM priced
