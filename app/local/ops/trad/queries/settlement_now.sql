WITH asked AS (
    SELECT * FROM settlements
     WHERE market = ANY({{ markets }}) AND due_date BETWEEN current_date - 30 AND current_date + 7
), latest AS (
    SELECT max(due_date) AS latest_due_date FROM asked WHERE cut_off_at < now()
)
SELECT count(*) FILTER (WHERE state = 'failing') AS failing,
       count(*) FILTER (WHERE cut_off_at < now() - interval '1 day'
                          AND (settled_at IS NULL OR settled_at > now() - interval '1 day')) AS "a day ago",
       coalesce(round(sum(amount_usd) FILTER (WHERE state = 'failing') / 1e6, 1), 0) AS failing_musd,
       coalesce(round(sum(amount_usd) FILTER (WHERE state = 'unmatched') / 1e6, 1), 0) AS unmatched_musd,
       round(100.0 * count(*) FILTER (WHERE due_date = latest_due_date AND settled_at IS NOT NULL
           AND late_because IS NULL)
             / nullif(count(*) FILTER (WHERE due_date = latest_due_date AND cut_off_at < now()), 0),
                 1) AS on_time_percent,
       latest_due_date
  FROM asked CROSS JOIN latest
 GROUP BY latest_due_date
