SELECT u.province,
       sum(u.customers) AS served,
       coalesce(max(o.customers_out), 0) AS "customers out",
       coalesce(max(o.outages), 0) AS outages,
       round(1000.0 * coalesce(max(o.customers_out), 0) / sum(u.customers), 2) AS "out of 1,000"
  FROM utilities u
       LEFT JOIN (SELECT province, sum(customers_out) AS customers_out, count(*) AS outages FROM outages
                   WHERE state <> 'restored' AND started_at > now() - interval '7 days'
                       GROUP BY province) AS o USING (province)
 WHERE u.province = ANY({{ provinces }})
 GROUP BY u.province
 ORDER BY "customers out" DESC, u.province
