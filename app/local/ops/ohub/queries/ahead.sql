WITH open AS MATERIALIZED (
    SELECT customers_out, greatest(estimated_at, now() + interval '1 hour') AS back_at FROM outages
     WHERE state <> 'restored' AND started_at > now() - interval '7 days' AND province = ANY({{ provinces }})
), moved AS MATERIALIZED (
    SELECT at, change FROM changes WHERE started_at > now() - interval '8 days'
        AND province = ANY({{ provinces }})
)
SELECT at, (SELECT sum(change) FROM moved WHERE moved.at <= steps.at) AS "without power",
    NULL::bigint AS "by the estimates"
  FROM generate_series(date_bin('30 min', now() - {{ hours }} * interval '1 hour', '2000-01-01Z'), now(),
      '30 min') AS steps (at)
UNION ALL
SELECT now(), (SELECT coalesce(sum(customers_out), 0) FROM open),
    (SELECT coalesce(sum(customers_out), 0) FROM open)
UNION ALL
SELECT at, NULL, (SELECT coalesce(sum(customers_out), 0) FROM open WHERE back_at > steps.at)
  FROM generate_series(date_bin('30 min', now(), '2000-01-01Z') + interval '30 min',
      now() + interval '8 hours', '30 min') AS steps (at)
 ORDER BY at
