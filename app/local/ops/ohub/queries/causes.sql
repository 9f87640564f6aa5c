SELECT cause,
       count(DISTINCT outage_id) AS outages,
       round(sum(change * extract(epoch FROM now() - at)) / 3600) AS "customer hours"
  FROM changes JOIN outages o USING (outage_id)
 WHERE o.started_at >= {{ period.start }} AND o.started_at < {{ period.end }} + 1
     AND o.province = ANY({{ provinces }})
 GROUP BY cause
 ORDER BY "customer hours" DESC
