-- From when on a trust's events are complete was kept once for all trusts; now
-- for each of them.
insert into kept (name, value)
	select 'covered ' || o.code, k.value from kept k, org o
	where k.name = 'covered' and o.kind = 'trust'
	on conflict (name) do nothing;
