-- Billionths of a US dollar; null when the price was not known.
alter table attempts add column cost integer;
