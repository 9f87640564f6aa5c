SELECT c.counterparty,
       count(*) FILTER (WHERE s.state = 'failing') AS "failing now",
       coalesce(round(sum(s.amount_usd) FILTER (WHERE s.state = 'failing')), 0) AS "failing, USD",
       count(*) AS instructions,
       count(*) FILTER (WHERE s.late_because IS NOT NULL) AS late,
       round(100.0 * count(*) FILTER (WHERE s.late_because IS NOT NULL) / count(*), 2) AS "late, %"
  FROM settlements s JOIN counterparties c USING (counterparty_id)
 WHERE s.due_date BETWEEN {{ period.start }} AND {{ period.end }} AND s.market = ANY({{ markets }})
     AND s.cut_off_at < now()
 GROUP BY c.counterparty
 ORDER BY "failing, USD" DESC, "late, %" DESC
