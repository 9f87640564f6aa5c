SELECT date_trunc('hour', placed_at) AS hour,
       market,
       count(*) AS orders,
       count(*) FILTER (WHERE state = 'rejected') AS rejected
  FROM orders
 WHERE placed_at >= {{ days.start }} AND placed_at < {{ days.end }} AND market = ANY({{ markets }})
 GROUP BY 1, 2
 ORDER BY 1, 2
