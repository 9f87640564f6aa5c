-- Whole weeks from demo.first up to demo.beyond, both Mondays. The week before is drawn too, and not kept: what
-- still lasts from it counts. A week is the same whenever it is loaded.
WITH days AS (
    SELECT first_day() + n AS day, first_day() + n - date '2020-01-01' AS key FROM generate_series(-9, many_days() - 1) AS n
), drawn AS MATERIALIZED (
    SELECT day, key, greatest(0.4, least(3, exp(0.7 * bell(key, 4)))) AS severity,
           date_trunc('second', (day + interval '1 day' * chance(key, 6)) AT TIME ZONE 'UTC') AS starts_at,
           CASE WHEN extract(month FROM day) IN (12, 1, 2, 3)
                THEN pick(ARRAY['Ice storm', 'Snowstorm', 'Windstorm'], chance(key, 3))
                WHEN extract(month FROM day) IN (6, 7, 8, 9)
                THEN pick(ARRAY['Thunderstorms', 'Thunderstorms', 'Windstorm'], chance(key, 3))
                ELSE pick(ARRAY['Windstorm', 'Windstorm', 'Wet snow'], chance(key, 3)) END AS kind,
           pick(ARRAY['Ontario', 'Ontario', 'Ontario', 'Ontario', 'Quebec', 'Quebec', 'Quebec', 'Quebec',
                      'British Columbia', 'British Columbia', 'Alberta', 'Alberta', 'Manitoba', 'Saskatchewan',
                      'New Brunswick', 'New Brunswick', 'Nova Scotia', 'Nova Scotia', 'Nova Scotia',
                      'Newfoundland and Labrador', 'Newfoundland and Labrador', 'Prince Edward Island'],
                chance(key, 2)) AS province
      FROM days
     WHERE chance(key, 1) < 0.45
)
INSERT INTO storms
SELECT key, province || ', ' || lower(kind) || ' of ' || to_char(day, 'FMDD Mon'), kind, province, severity, starts_at,
       date_trunc('second', starts_at + interval '1 hour' * (5 + 14 * chance(key, 5)))
  FROM drawn
ON CONFLICT DO NOTHING;

WITH served AS MATERIALIZED (
    SELECT number AS utility, province, crews, count(*) AS feeders, sum(customers) AS customers,
           sum(sum(customers)) OVER (PARTITION BY province) AS in_province
      FROM utilities JOIN feeders f ON f.utility = number GROUP BY number
), usual AS MATERIALIZED (
    SELECT s.*, day, key * 100000::bigint + utility * 5000 + n AS id, n, NULL::bigint AS storm_id,
        NULL::text AS kind,
           day AT TIME ZONE 'UTC' AS from_at, interval '1 day' AS lasts
      -- With the day after: some of a day's outages begin in the evening before.
      FROM served s, generate_series(-9, many_days()) AS back,
           LATERAL (SELECT (first_day() + back)::timestamp AS day,
               first_day() + back - date '2020-01-01' AS key) AS on_it,
           generate_series(1, floor(customers * 2e-5 * (0.75 + 0.5 * chance(key, 7))
               + chance(key * 100 + utility, 8))::int) AS n
), stormy AS MATERIALIZED (
    SELECT s.*, NULL::timestamp, t.storm_id * 100000::bigint + utility * 5000 + 2000 + n, n, t.storm_id,
        t.kind, t.starts_at, t.ends_at - t.starts_at
      FROM storms t JOIN served s USING (province),
           generate_series(1, least(feeders * 0.6, 2900,
               0.003 * severity * power(in_province, 0.75) * customers / in_province)::int) AS n
     WHERE t.starts_at >= first_day() - 9
), placed AS MATERIALIZED (
    SELECT *, CASE WHEN storm_id IS NULL THEN from_at + lasts * (chance(id, 9) + 0.09 * sin(2 * pi() * (chance(id, 9) - 0.3)))
                   ELSE from_at + lasts * (chance(id, 9) + chance(id, 10)) / 2 END AS started,
           CASE WHEN storm_id IS NULL THEN floor(feeders * chance(id, 11))::bigint
                ELSE (floor(feeders * chance(storm_id, 11))::bigint + n * 7919) % feeders END AS place,
           chance(id, 12) + CASE WHEN storm_id IS NULL THEN 0 ELSE 0.08 END AS part
      FROM (SELECT * FROM usual UNION ALL SELECT * FROM stormy) AS both_of_them
), sized AS MATERIALIZED (
    SELECT p.*, date_trunc('second', started) AS started_at, f.feeder_id, f.overhead,
        f.customers AS on_feeder,
           CASE WHEN part < 0.35 THEN 'service' WHEN part < 0.68 THEN 'transformer'
               WHEN part < 0.9 THEN 'lateral' ELSE 'feeder' END AS equipment,
           least(f.customers, CASE WHEN part < 0.35 THEN 1 + 3 * chance(id, 13)
               WHEN part < 0.68 THEN 5 + 35 * chance(id, 13)
                                   WHEN part < 0.9 THEN 40 + 310 * power(chance(id, 13), 2)
                                       ELSE f.customers * (0.5 + 0.5 * chance(id, 13)) END)::int AS hit
      FROM placed p JOIN feeders f ON f.utility = p.utility AND f.at = p.place
     WHERE started >= first_day() - 7 AND started < first_day() + many_days()
), dispatched AS MATERIALIZED (
    -- One after the other by lane, large ones first: the queue of a crew.
    SELECT *, date_bin('7 days', started_at, '2020-01-06Z') AS week,
           (row_number() OVER (PARTITION BY utility,
               date_bin('7 days', started_at, '2020-01-06Z') ORDER BY first_at, id) - 1) % crews AS lane
      FROM (SELECT *, started_at + CASE equipment WHEN 'service' THEN interval '150 min'
          WHEN 'transformer' THEN interval '60 min'
                                                  WHEN 'lateral' THEN interval '15 min'
                                                      ELSE interval '0' END AS first_at,
                   extract(epoch FROM started_at) + 240 + 900 * chance(id, 14) AS known,
                   900 + 2100 * chance(id, 15) AS travel,
                   60 * CASE equipment WHEN 'service' THEN 40 WHEN 'transformer' THEN 55
                       WHEN 'lateral' THEN 75 ELSE 95 END
                       * exp(0.55 * bell(id, 16)) * CASE WHEN storm_id IS NULL THEN 1 ELSE 1.6 END AS repair
              FROM sized) AS timed
), worked AS MATERIALIZED (
    SELECT *, total + max(known - (total - travel - repair)) OVER (PARTITION BY utility, week,
        lane ORDER BY first_at, id) AS done
      FROM (SELECT *, sum(travel + repair) OVER (PARTITION BY utility, week, lane ORDER BY first_at,
          id) AS total FROM dispatched) AS summed
), restored AS MATERIALIZED (
    SELECT *, to_timestamp(floor(done - travel - repair)) AS assigned_at,
        to_timestamp(floor(done - repair)) AS on_site_at,
           to_timestamp(floor(done)) AS restored_at
      FROM worked
), alone AS (
    SELECT *, max(restored_at) OVER (PARTITION BY feeder_id ORDER BY started_at,
        id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS still_out
      FROM restored
)
INSERT INTO outages
SELECT id, utility, feeder_id, storm_id,
       CASE WHEN storm_id IS NOT NULL
            THEN CASE WHEN kind = 'Thunderstorms' AND chance(id, 17) < 0.5 THEN 'Lightning'
                      WHEN kind IN ('Ice storm', 'Wet snow') AND chance(id, 17) < 0.5 THEN 'Ice and snow'
                      ELSE pick(ARRAY['Tree contact', 'Tree contact', 'Wind'], chance(id, 18)) END
            WHEN overhead THEN pick(ARRAY['Equipment failure', 'Equipment failure', 'Tree contact',
                'Tree contact', 'Animal', 'Vehicle', 'Planned work', 'Unknown'], chance(id, 18))
            ELSE pick(ARRAY['Equipment failure', 'Equipment failure', 'Equipment failure', 'Dig-in',
                'Planned work', 'Unknown'], chance(id, 18)) END,
       equipment, hit, started_at,
           utility * 1000 + lane * 2 + extract(epoch FROM week - timestamptz '2020-01-06Z')::bigint
               / 604800 % 2,
       assigned_at, on_site_at,
       date_bin('30 min', started_at, '2000-01-01Z') + CASE WHEN storm_id IS NULL THEN interval '3 hours'
           ELSE interval '8 hours' END,
       date_bin('15 min', on_site_at + (restored_at - on_site_at) * (0.85 + 0.6 * chance(id, 19)),
           '2000-01-01Z') + interval '15 min',
       on_site_at + (restored_at - on_site_at) * 0.4,
       CASE WHEN equipment IN ('lateral', 'feeder') THEN floor(hit * (0.3 + 0.4 * chance(id, 20))) ELSE 0 END,
           restored_at
  FROM alone
 WHERE started_at >= first_day() AND (still_out IS NULL OR still_out < started_at)
 ORDER BY started_at;

-- Those of the week before that was not kept.
DELETE FROM storms WHERE ends_at < (SELECT min(started_at) FROM outages);
