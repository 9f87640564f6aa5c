-- The working days from demo.first up to demo.beyond. A day is the same whenever it is loaded.
WITH sessions AS MATERIALIZED (
    SELECT m.*, day, day - date '2020-01-01' AS day_number,
           (day + opens) AT TIME ZONE zone AS open_at, (day + closes) AT TIME ZONE zone AS close_at,
           round(m.orders_a_day
               * (ARRAY[0.93, 1.02, 1.06, 1.03, 0.96])[extract(isodow FROM day)::int]
               * (0.86 + 0.28 * chance((day - date '2020-01-01') * 10 + m.number, 1))
               * CASE occasion(day) WHEN 'month end' THEN 1.45 WHEN 'expiry' THEN 1.3 ELSE 1 END)::int AS many
      FROM markets m, generate_series(0, many_days() - 1) AS n,
           LATERAL (SELECT first_day() + n) AS on_it (day)
     WHERE extract(isodow FROM day) < 6
), drawn AS (
    SELECT s.*, s.day_number * 1000000::bigint + s.number * 100000 + n AS id, (n - 0.5) / s.many AS through
      FROM sessions s, generate_series(1, s.many) AS n
), picked AS MATERIALIZED (
    SELECT *, 1 + floor(20 * power(chance(id, 2), 1.5))::smallint AS pick FROM drawn
), priced AS MATERIALIZED (
    SELECT d.*, i.symbol, i.lot,
           1 + floor(20 * power(chance(id, 3), 1.3))::smallint AS counterparty_id,
           -- Busy after the opening and before the close.
           open_at + (close_at - open_at)
               * least(0.6 * through + 0.2 * (1 - cos(pi() * through)) + 0.002 * chance(id, 4),
                   0.9995) AS placed_at,
           i.price * (1 + 0.06 * sin(day_number / 11.0 + i.number * 1.7) + 0.012
               * bell(day_number * 1000 + i.number, 5)
                        + 0.002 * bell(id, 6)) AS price,
           exp(11.7 + 1.2 * bell(id, 7)) AS usd_wanted,
           chance(id, 8) AS fate
      FROM picked d JOIN instruments i ON i.market = d.market AND i.number = d.pick
)
INSERT INTO orders
SELECT id, market, symbol, counterparty_id,
       pick(ARRAY['Cash equities', 'Cash equities', 'Program trading', 'ETFs', 'Client facilitation'],
           chance(id, 9)),
       CASE WHEN chance(id, 10) < 0.52 THEN 'buy' ELSE 'sell' END, day, quantity, round(price::numeric, 2),
           placed_at,
       least(placed_at + CASE WHEN fate < 0.02 THEN interval '0.2 s'
                              WHEN fate < 0.12 THEN interval '1 min' * (2 + 118 * chance(id, 11))
                              ELSE interval '1 s' * exp(3.2 + 1.6 * bell(id, 11)) END, close_at),
       CASE WHEN fate < 0.02 THEN 'rejected' WHEN fate < 0.07 THEN 'cancelled'
           WHEN fate < 0.12 THEN 'part filled' ELSE 'filled' END,
       CASE WHEN fate < 0.07 THEN 0 WHEN fate < 0.12 THEN greatest(quantity / lot / 2, 1) * lot
           ELSE quantity END,
       CASE WHEN fate < 0.07 THEN 0 WHEN fate < 0.12 THEN 1
           ELSE least(1 + floor(4 * power(chance(id, 12), 3)), quantity / lot) END
  FROM priced, LATERAL (SELECT lot * greatest(round(usd_wanted / (price * usd) / lot),
      2)::bigint AS quantity) AS sized
 ORDER BY placed_at;

INSERT INTO executions
SELECT order_id * 10 + n, order_id, market, symbol, placed_at + (closed_at - placed_at) * (n::float8 / fills),
       CASE WHEN n < fills THEN filled / fills ELSE filled - filled / fills * (fills - 1) END,
       -- Never worse than the limit.
       round(limit_price * (1 + CASE side WHEN 'buy' THEN -0.001
           ELSE 0.001 END * chance(order_id * 10 + n, 13)::numeric), 4)
  FROM orders, generate_series(1, fills) AS n
 WHERE trade_date >= first_day();

WITH sums AS (
    SELECT order_id, sum(quantity * price) AS amount FROM executions
     WHERE order_id >= (first_day() - date '2020-01-01') * 1000000::bigint GROUP BY order_id
), sent AS MATERIALIZED (
    SELECT o.*, zone, cut_off, currency, usd, amount, o.order_id AS id,
        workdays(trade_date, settles_after) AS due_date,
           (trade_date + closes) AT TIME ZONE zone + interval '1 min'
               * (15 + 60 * chance(o.order_id, 14)) AS instructed_at,
           chance(o.order_id, 15) < c.breaks AS broke, chance(o.order_id, 16) < c.shorts AS short
      FROM orders o JOIN sums s USING (order_id) JOIN markets m USING (market)
          JOIN counterparties c USING (counterparty_id)
), broken AS MATERIALIZED (
    SELECT *, instructed_at + interval '1 min' * (5 + 150 * chance(id, 17)) AS opened_at,
           least(exp(1.9 + 1.1 * bell(id, 18)), 150) * interval '1 hour' AS takes
      FROM sent
), solved AS MATERIALIZED (
    SELECT *, opened_at + takes + CASE
        WHEN extract(isodow FROM (opened_at + takes) AT TIME ZONE zone) > 5 THEN interval '2 days'
            ELSE interval '0' END AS resolved_at
      FROM broken
), matched AS MATERIALIZED (
    SELECT *, CASE WHEN broke THEN resolved_at + interval '1 min' * (5 + 20 * chance(id, 19))
                   ELSE instructed_at + interval '1 min' * exp(3.6 + 0.7 * bell(id, 20)) END AS matched_at,
           (due_date + cut_off) AT TIME ZONE zone AS cut_off_at
      FROM solved
), ready AS MATERIALIZED (
    SELECT *, CASE WHEN matched_at <= cut_off_at THEN due_date
                   ELSE workday((matched_at AT TIME ZONE zone)::date
                       + CASE WHEN (matched_at AT TIME ZONE zone)::time > cut_off THEN 1 ELSE 0 END)
                           END AS ready_on
      FROM matched
), settled AS MATERIALIZED (
    SELECT *, greatest(((CASE WHEN short THEN workdays(ready_on,
        1 + floor(4 * power(chance(id, 21), 1.5))::int) ELSE ready_on END)
                           + time '08:00' + (cut_off - time '08:00') * chance(id, 22)) AT TIME ZONE zone,
                       matched_at + interval '8 min') AS settled_at
      FROM ready
), instructed AS (
    INSERT INTO instructions
    SELECT id, upper(left(replace(market, ' ', ''), 3)) || to_char(trade_date, 'MMDD') || '-'
        || lpad((id % 100000)::text, 4, '0'),
           id, market, counterparty_id, side, symbol, trade_date, due_date, cut_off_at, round(amount, 2),
               currency,
           round(amount * usd::numeric, 2), date_trunc('second', instructed_at),
               date_trunc('second', matched_at),
           date_trunc('second', settled_at),
           CASE WHEN settled_at <= cut_off_at + interval '8 min' THEN NULL WHEN short THEN 'no securities'
               ELSE 'break' END
      FROM settled
     ORDER BY instructed_at
)
INSERT INTO breaks
SELECT id, id, market, counterparty_id, kind,
       round((amount * usd::numeric * CASE kind WHEN 'Price' THEN 0.001 + 0.015 * chance(id, 24)
           WHEN 'Quantity' THEN 0.05 + 0.4 * chance(id, 24) ELSE 1 END)::numeric, 2),
       pick(ARRAY['Amara', 'Bennett', 'Chiara', 'Dmitri', 'Elif', 'Farid', 'Greta', 'Hideo'], chance(id, 25)),
       date_trunc('second', opened_at),
       date_trunc('second', opened_at + least((resolved_at - opened_at) * 0.3,
           interval '1 min' * (4 + 150 * chance(id, 26)))),
       date_trunc('second', opened_at + (resolved_at - opened_at) * (0.4 + 0.3 * chance(id, 27))),
       date_trunc('second', resolved_at)
  FROM settled, LATERAL (SELECT pick(ARRAY['Price', 'Price', 'Quantity', 'Settlement details',
      'Settlement details', 'Unknown trade', 'Date'], chance(id, 23))) AS drawn (kind)
 WHERE broke
 ORDER BY opened_at;
