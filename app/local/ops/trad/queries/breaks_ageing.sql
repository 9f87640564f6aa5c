WITH aged AS (
    SELECT kind, extract(epoch FROM now() - opened_at) / 3600 AS hours
      FROM breaks
     WHERE state <> 'resolved' AND opened_at > now() - interval '14 days' AND market = ANY({{ markets }})
), steps (step, age, low, high) AS (
    VALUES (1, 'under 4 h', 0, 4), (2, '4 to 12 h', 4, 12), (3, '12 to 24 h', 12, 24),
        (4, '1 to 2 days', 24, 48), (5, 'over 2 days', 48, 1000)
)
SELECT age, kinds.kind, count(aged.kind) AS breaks
  FROM steps CROSS JOIN (SELECT DISTINCT kind FROM breaks) AS kinds
       LEFT JOIN aged ON aged.kind = kinds.kind AND hours >= low AND hours < high
 GROUP BY step, age, kinds.kind
 ORDER BY step, kinds.kind
