-- New codes in their stored form.
COPY act_vouchers_incoming (ordinal, text) FROM STDIN
