WITH lost AS (
    SELECT sum(greatest(change, 0))::numeric AS interruptions,
        sum(change * extract(epoch FROM now() - at)) / 60 AS minutes
      FROM changes
     WHERE started_at >= {{ period.start }} AND started_at < {{ period.end }} + 1
         AND province = ANY({{ provinces }})
), served AS (
    SELECT sum(customers) AS customers FROM utilities WHERE province = ANY({{ provinces }})
)
SELECT round(minutes / customers, 1) AS saidi, round(interruptions / customers, 3) AS saifi,
    round(minutes / nullif(interruptions, 0)) AS caidi
  FROM lost, served
