WITH days AS (
    SELECT m.*, day FROM markets m, generate_series(-1, 3) AS n,
        LATERAL (SELECT current_date + n) AS on_it (day)
     WHERE extract(isodow FROM day) < 6 AND market = ANY({{ markets }})
)
SELECT market, (day + time '08:00') AT TIME ZONE zone AS "from", (day + opens) AT TIME ZONE zone AS "to",
    'deliveries' AS phase
  FROM days WHERE opens > '08:00'
UNION ALL
SELECT market, (day + opens) AT TIME ZONE zone, (day + cut_off) AT TIME ZONE zone, 'trading and deliveries'
    FROM days
UNION ALL
SELECT market, (day + cut_off) AT TIME ZONE zone, (day + closes) AT TIME ZONE zone,
    'trading, after the cut-off' FROM days
 ORDER BY market, "from"
