-- What was lost of the stock is a small part of the ledger, and read by day for every report of profit.
create index stock_movement_lost on stock_movement (tenant_id, client_id, booked_on) include (place_id, value)
  where kind in ('write_off', 'count', 'adjustment', 'revaluation');
