WITH oldest AS (
    SELECT b.*, s.reference FROM breaks b JOIN settlements s USING (instruction_id)
     WHERE b.state <> 'resolved' AND b.opened_at > now() - interval '14 days'
         AND b.market = ANY({{ markets }})
     ORDER BY b.opened_at LIMIT {{ most }}
)
SELECT reference, each.state, since FROM oldest JOIN break_states AS each USING (break_id) ORDER BY opened_at,
    since
