-- What rules of the programme gave of a unit and still stands, by the time of what it was given for.
SELECT member.id AS member_id, earning.at, earning.target::numeric AS amount
FROM member
CROSS JOIN bound
JOIN decide_loyalty_earning AS earning ON earning.member_id = member.id AND earning.at >= bound.least
JOIN act_points_unit AS unit ON unit.id = earning.unit_id AND unit.code = %(unit)s
WHERE earning.target > 0
