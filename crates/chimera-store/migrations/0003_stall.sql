alter table conversations add column stall_after_s integer;
