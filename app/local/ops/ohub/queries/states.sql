WITH largest AS (
    SELECT outage_id, town, feeder, customers_out FROM outages
     WHERE state <> 'restored' AND started_at > now() - interval '7 days' AND province = ANY({{ provinces }})
     ORDER BY customers_out DESC LIMIT {{ most }}
)
SELECT feeder || ', ' || town AS outage, state, since
  FROM largest JOIN outage_states USING (outage_id)
 ORDER BY customers_out DESC, since
