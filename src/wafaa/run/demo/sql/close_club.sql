-- Everything that was earned, spent, given and done at tills in the demo: all of it by made-up people, or tried out with them.
-- Programmes and vouchers that staff wrote and nobody used yet stay.
TRUNCATE
    act_points_wallet, act_points_transfer, act_points_lot, act_points_lotuse, act_points_hold, act_points_untold, act_points_seal,
    act_points_request, act_points_movedalone,
    act_vouchers_giftcard, act_vouchers_use, act_vouchers_deed, act_vouchers_customercount,
    decide_loyalty_member, decide_loyalty_occasion, decide_loyalty_earning, decide_loyalty_budget, decide_loyalty_notice,
    decide_loyalty_paidpart,
    decide_tiers_standing, decide_tiers_reached, decide_tiers_change, decide_tiers_placing,
    decide_rewards_redemption, decide_rewards_deed,
    decide_gifts_gift, decide_gifts_month,
    show_checkout_staffrefund, show_till_deed, show_till_confirmation;

-- What was published never changes while its programme stands; here the programmes go.
ALTER TABLE decide_loyalty_rule DISABLE TRIGGER rule_is_immutable;
ALTER TABLE decide_loyalty_version DISABLE TRIGGER version_is_immutable;

DELETE FROM decide_rewards_stock USING decide_rewards_reward AS reward, decide_loyalty_programme AS programme
WHERE reward_id = reward.id AND programme.id = reward.programme_id AND programme.started_at IS NOT NULL;

DELETE FROM decide_rewards_reward USING decide_loyalty_programme AS programme
WHERE programme.id = programme_id AND programme.started_at IS NOT NULL;

DELETE FROM decide_loyalty_trial USING decide_loyalty_programme AS programme
WHERE programme.id = programme_id AND programme.started_at IS NOT NULL;

DELETE FROM decide_loyalty_rule USING decide_loyalty_version AS version, decide_loyalty_programme AS programme
WHERE version.id = version_id AND programme.id = version.programme_id AND programme.started_at IS NOT NULL;

DELETE FROM decide_loyalty_version USING decide_loyalty_programme AS programme
WHERE programme.id = programme_id AND programme.started_at IS NOT NULL;

DELETE FROM decide_loyalty_programme WHERE started_at IS NOT NULL;

-- A table whose deleted rows are still to be looked at cannot be altered.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE decide_loyalty_version ENABLE TRIGGER version_is_immutable;
ALTER TABLE decide_loyalty_rule ENABLE TRIGGER rule_is_immutable;

-- Vouchers that nobody made are the demo's, but where a gift or a reward that stays names them; of the others nothing was used.
WITH gone AS (
    SELECT id FROM act_vouchers_pool AS pool
    WHERE created_by_id IS NULL
    AND NOT EXISTS (SELECT FROM decide_gifts_present WHERE pool_id = pool.id)
    AND NOT EXISTS (SELECT FROM decide_rewards_reward WHERE pool_id = pool.id)
),
codes AS (DELETE FROM act_vouchers_code USING gone WHERE pool_id = gone.id),
batches AS (DELETE FROM act_vouchers_batch USING gone WHERE pool_id = gone.id)
DELETE FROM act_vouchers_pool USING gone WHERE act_vouchers_pool.id = gone.id;

DELETE FROM act_vouchers_code WHERE is_personal;
UPDATE act_vouchers_code SET uses = 0 WHERE uses > 0;
UPDATE act_vouchers_pool SET uses = 0 WHERE uses > 0
