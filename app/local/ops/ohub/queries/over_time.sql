WITH steps AS (
    SELECT at FROM generate_series(date_bin('30 min', {{ window.start }}, '2000-01-01Z'),
                                   least({{ window.end }}, now()), '30 min') AS at
), before AS (
    SELECT province, date_bin('30 min', greatest(at, {{ window.start }}), '2000-01-01Z')
        + interval '30 min' AS at, sum(change) AS change
      FROM changes
     WHERE started_at > {{ window.start }} - interval '5 days' AND at < {{ window.end }}
         AND province = ANY({{ provinces }})
     GROUP BY 1, 2
), largest AS (
    SELECT province FROM before WHERE change > 0 GROUP BY province ORDER BY sum(change) DESC LIMIT 6
), named AS (
    SELECT at, CASE WHEN province IN (SELECT province FROM largest) THEN province
        ELSE 'Others' END AS province, sum(change) AS change
      FROM before GROUP BY 1, 2
)
SELECT s.at AS "half hour", p.province, coalesce(sum(n.change), 0) AS "customers out"
  FROM steps s CROSS JOIN (SELECT DISTINCT province FROM named) AS p
       LEFT JOIN named n ON n.province = p.province AND n.at <= s.at
 GROUP BY s.at, p.province
 ORDER BY s.at, p.province = 'Others', p.province
