WITH local AS (
    SELECT market, zone, cut_off, now() AT TIME ZONE zone AS clock FROM markets
        WHERE market = ANY({{ markets }})
), today AS (
    SELECT *, CASE WHEN clock::time < cut_off THEN clock::date ELSE clock::date + 1 END AS day FROM local
), next AS (
    SELECT market, zone, day + CASE extract(isodow FROM day) WHEN 6 THEN 2 WHEN 7 THEN 1
        ELSE 0 END AS due_date, cut_off FROM today
), timed AS (
    SELECT *, (due_date + cut_off) AT TIME ZONE zone - now() AS remains FROM next
)
SELECT market,
       to_char(due_date + cut_off, 'Dy HH24:MI') AS "cut-off",
       CASE WHEN remains < interval '1 day' THEN to_char(remains, 'FMHH24 "h" MI "min"')
            ELSE floor(extract(epoch FROM remains) / 86400) || ' d '
                || to_char(remains - date_trunc('day', justify_hours(remains)), 'FMHH24 "h"')
                    END AS "time left",
       (extract(epoch FROM remains) / 60)::int AS minutes,
       count(*) FILTER (WHERE s.state = 'unmatched') AS unmatched,
       coalesce(round(sum(s.amount_usd) FILTER (WHERE s.state <> 'settled') / 1e6, 1), 0) AS "open, M USD"
  FROM timed LEFT JOIN settlements s USING (market, due_date)
 GROUP BY market, due_date, cut_off, remains
 ORDER BY minutes
