SELECT feed, up_to AS "events up to", (extract(epoch FROM now() - up_to))::int AS "behind, s",
    extract(epoch FROM allowed)::int AS "allowed, s",
       CASE WHEN now() - up_to <= allowed THEN 'on time' WHEN now() - up_to <= 2 * allowed THEN 'late'
           ELSE 'hangs' END AS state
  FROM feeds
 WHERE market = ANY({{ markets }})
 ORDER BY now() - up_to > allowed DESC, of DESC, feed
