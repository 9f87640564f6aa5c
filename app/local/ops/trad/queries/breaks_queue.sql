SELECT s.reference,
       b.opened_at AS "open since",
       CASE WHEN s.cut_off_at < now() THEN 'failing'
           WHEN s.cut_off_at < now() + interval '4 hours' THEN 'soon' ELSE 'ahead' END AS "cut-off",
       b.state,
       b.kind,
       c.counterparty,
       b.market,
       coalesce(b.owner, 'nobody') AS owner,
       round(s.amount_usd) AS "amount, USD",
       round(b.difference_usd) AS "difference, USD"
  FROM breaks b JOIN settlements s USING (instruction_id) JOIN counterparties c
      ON c.counterparty_id = b.counterparty_id
 WHERE b.state <> 'resolved' AND b.opened_at > now() - interval '14 days' AND b.market = ANY({{ markets }})
   AND s.amount_usd >= {{ least_usd }}
 ORDER BY s.cut_off_at < now() DESC, b.opened_at
