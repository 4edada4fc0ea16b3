-- How many characters of thoughts an attempt has shown; what they are stands in the log alone.
alter table attempts add column thought_chars integer;
