-- How its models are called, where somebody said so; null where it is as usual.
alter table connections add column limits text;
