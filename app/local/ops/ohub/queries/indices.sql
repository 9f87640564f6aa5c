WITH lost AS (
    SELECT utility, sum(greatest(change, 0))::numeric AS interruptions,
        sum(change * extract(epoch FROM now() - at)) / 60 AS minutes
      FROM changes
     WHERE started_at >= {{ period.start }} AND started_at < {{ period.end }} + 1
     GROUP BY utility
)
SELECT utility, province, customers AS served,
       round(coalesce(minutes, 0) / customers, 1) AS "SAIDI, min",
       round(coalesce(interruptions, 0) / customers, 3) AS "SAIFI",
       round(minutes / nullif(interruptions, 0)) AS "CAIDI, min",
       round(100 * (1 - coalesce(minutes, 0) / customers
           / (({{ period.end }} - {{ period.start }} + 1) * 1440)), 3) AS "power there, %"
  FROM utilities LEFT JOIN lost USING (utility)
 WHERE province = ANY({{ provinces }})
 ORDER BY "SAIDI, min" DESC
