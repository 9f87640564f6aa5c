SELECT starts_at AS "time", coalesce(ends_at, now()) AS time_end, storm AS text FROM storms
 WHERE starts_at > now() - interval '60 days'
 ORDER BY starts_at DESC
