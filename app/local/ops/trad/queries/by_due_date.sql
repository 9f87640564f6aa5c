SELECT due_date,
       count(*) FILTER (WHERE settled_at IS NOT NULL AND late_because IS NULL) AS "on time",
       count(*) FILTER (WHERE settled_at IS NOT NULL AND late_because IS NOT NULL) AS "settled late",
       count(*) FILTER (WHERE state = 'failing') AS failing,
       count(*) FILTER (WHERE state IN ('matched', 'unmatched')) AS "to come",
       round(100.0 * count(*) FILTER (WHERE late_because IS NOT NULL)
             / nullif(count(*) FILTER (WHERE cut_off_at < now()), 0), 2) AS "late, %"
  FROM settlements
 WHERE due_date BETWEEN {{ period.start }} AND {{ period.end }} + 3 AND market = ANY({{ markets }})
 GROUP BY due_date
 ORDER BY due_date
