WITH now_out AS (
    SELECT sum(customers_out) AS customers_out, count(*) AS outages,
           count(*) FILTER (WHERE estimated_at < now()) AS overdue,
           count(*) FILTER (WHERE state = 'reported') AS without_crew
      FROM outages
     WHERE state <> 'restored' AND started_at > now() - interval '7 days' AND province = ANY({{ provinces }})
), before AS (
    SELECT sum(change) AS customers_out FROM changes
     WHERE started_at > now() - interval '8 days' AND at <= now() - interval '1 hour'
         AND province = ANY({{ provinces }})
), kept AS (
    SELECT round(100.0 * count(*) FILTER (WHERE restored_at <= first_estimate) / nullif(count(*), 0),
        1) AS in_time_percent
      FROM outages
     WHERE restored_at > now() - interval '1 day' AND started_at > now() - interval '7 days'
         AND province = ANY({{ provinces }})
)
SELECT coalesce(now_out.customers_out, 0) AS customers_out, coalesce(before.customers_out, 0) AS "1 h ago",
       outages, overdue, without_crew, in_time_percent
  FROM now_out, before, kept
