WITH recent AS (
    SELECT * FROM orders WHERE placed_at > now() - interval '8 days' AND market = ANY({{ markets }})
), latest AS (
    SELECT max(trade_date) AS session FROM recent
), before AS (
    SELECT max(trade_date) AS session FROM recent WHERE trade_date < (SELECT session FROM latest)
)
SELECT latest.session,
       count(*) FILTER (WHERE trade_date = latest.session) AS orders,
       -- As far into its day as the latest has come into its own.
       count(*) FILTER (WHERE trade_date = before.session
                          AND placed_at <= now() - (latest.session - before.session)
                              * interval '1 day') AS "the session before",
       round(100.0 * count(*) FILTER (WHERE trade_date = latest.session AND state = 'rejected')
             / nullif(count(*) FILTER (WHERE trade_date = latest.session), 0), 2) AS rejected_percent
  FROM recent, latest, before
 GROUP BY latest.session
