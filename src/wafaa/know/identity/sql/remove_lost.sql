-- Questions and decisions about ids that nobody speaks of any more.
DELETE FROM know_identity_doubt AS doubt
WHERE NOT EXISTS (SELECT FROM know_identity_claim AS claim WHERE claim.distinct_id = doubt.first)
    OR (second <> '' AND NOT EXISTS (SELECT FROM know_identity_claim AS claim WHERE claim.distinct_id = doubt.second));

DELETE FROM know_identity_sharedidentifier AS shared
WHERE NOT EXISTS (SELECT FROM know_identity_claim AS claim WHERE claim.identifier = shared.identifier);

DELETE FROM know_identity_decisionmember AS member
WHERE NOT EXISTS (SELECT FROM know_customers_distinctid AS known WHERE known.distinct_id = member.distinct_id);

DELETE FROM know_identity_decision AS decision
WHERE NOT EXISTS (SELECT FROM know_identity_decisionmember AS member WHERE member.decision_id = decision.id)
