SELECT province, state, count(*) AS crews
  FROM crews
 WHERE province = ANY({{ provinces }})
 GROUP BY province, state
 ORDER BY sum(count(*)) OVER (PARTITION BY province) DESC, province, state
