-- The state of an automation, which nobody changes until this transaction ends; others may ask the same meanwhile.
SELECT state FROM decide_journeys_automation WHERE id = %(id)s FOR SHARE
