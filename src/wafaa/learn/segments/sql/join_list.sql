-- Who is on a list.
LEFT JOIN (
    SELECT known.customer_id, true AS is_in
    FROM learn_segments_membership AS known
    WHERE known.is_member AND known.build_id = (
        SELECT listing.build_id FROM learn_segments_segment AS listing WHERE listing.uuid = /*list*/
    ) /*ids*/
) AS /*alias*/ ON /*alias*/.customer_id = person.id
