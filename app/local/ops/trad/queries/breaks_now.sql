SELECT count(*) AS open,
       count(*) FILTER (WHERE opened_at < now() - {{ hours }} * interval '1 hour') AS old,
       count(*) FILTER (WHERE state = 'new') AS not_taken,
       (SELECT count(*) FROM breaks
         WHERE market = ANY({{ markets }}) AND opened_at BETWEEN now() - interval '15 days'
             AND now() - interval '1 day'
           AND (resolved_at IS NULL OR resolved_at > now() - interval '1 day')) AS "a day ago"
  FROM breaks
 WHERE state <> 'resolved' AND opened_at > now() - interval '14 days' AND market = ANY({{ markets }})
