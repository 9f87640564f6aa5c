SELECT outage_id AS outage,
       started_at AS "out since",
       customers_out AS "customers out",
       CASE WHEN estimated_at < now() THEN 'overdue'
           WHEN estimated_at < now() + interval '1 hour' THEN 'within 1 h' ELSE 'later' END AS estimate,
       round(extract(epoch FROM estimated_at - now()) / 60) AS "back in, min",
       state,
       coalesce(crew, 'none') AS crew,
       cause,
       town,
       province,
       utility,
       feeder
  FROM outages
 WHERE state <> 'restored' AND started_at > now() - interval '7 days' AND province = ANY({{ provinces }})
   AND customers_out >= {{ least }}
 ORDER BY customers_out DESC
