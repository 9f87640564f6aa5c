SELECT (executed_at AT TIME ZONE zone)::date AS day,
       market,
       count(DISTINCT order_id) AS orders,
       round(sum(quantity * price * usd::numeric) / 1e6, 1) AS "M USD"
  FROM executions JOIN markets USING (market)
 WHERE executed_at >= {{ period.start }} AND executed_at < {{ period.end }} + 1
     AND market = ANY({{ markets }})
 GROUP BY 1, 2
 ORDER BY 1, 2
