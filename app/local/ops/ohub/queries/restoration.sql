WITH latest AS (
    SELECT storm_id, storm, starts_at FROM storms
     WHERE province = ANY({{ provinces }}) AND starts_at > now() - interval '21 days'
     ORDER BY starts_at DESC LIMIT 4
), hit AS (
    SELECT storm_id, sum(customers) AS customers FROM outages
        WHERE storm_id IN (SELECT storm_id FROM latest) GROUP BY storm_id
), back AS (
    SELECT storm_id, ceil(extract(epoch FROM c.at - starts_at) / 3600)::int AS hour, -sum(change) AS customers
      FROM changes c JOIN latest USING (storm_id) WHERE change < 0 GROUP BY 1, 2
)
SELECT hour AS "hours after its start", storm,
       round(100.0 * (SELECT coalesce(sum(customers), 0) FROM back WHERE back.storm_id = latest.storm_id
           AND back.hour <= hours.hour) / hit.customers, 1) AS "restored, %"
  FROM latest JOIN hit USING (storm_id), generate_series(0, 48) AS hours (hour)
 WHERE starts_at + hour * interval '1 hour' <= now()
 ORDER BY starts_at DESC, hour
