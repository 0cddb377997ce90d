-- Counts kept with each event.  One row per source (R return, P pathways,
-- W weekly file), grain (M month end, S Sunday), organisation, test, and
-- either everything (site 0, commissioner 0), one site, or one commissioner.
create table tally (
	source text not null,
	grain text not null,
	org text not null,
	test bigint not null,
	site bigint not null,
	commissioner bigint not null,
	period bigint not null,     -- the period's last day
	submission bigint,          -- the file that these belong to; null: pathways
	w00 bigint not null,
	w01 bigint not null,
	w02 bigint not null,
	w03 bigint not null,
	w04 bigint not null,
	w05 bigint not null,
	w06 bigint not null,
	w07 bigint not null,
	w08 bigint not null,
	w09 bigint not null,
	w10 bigint not null,
	w11 bigint not null,
	w12 bigint not null,
	w13 bigint not null,
	planned_waiting bigint not null,
	act_wl bigint not null,
	act_planned bigint not null,
	act_unscheduled bigint not null,
	requests bigint not null,
	booked bigint not null,
	dna bigint not null,
	cancelled_patient bigint not null,
	cancelled_hospital bigint not null,
	reported bigint not null,
	tat_hours bigint not null,
	tat_over_28d bigint not null,
	file_rows bigint not null,
	flagged bigint not null,
	days_late bigint not null,
	primary key (source, grain, org, test, site, commissioner, period)
) $clustered;
create index tally_submission on tally (submission) where submission is not null;

create table target (
	id bigint primary key,
	measure text not null,
	org text not null,          -- org.code, or * for all
	test bigint not null,       -- 0: all
	trajectory bigint not null, -- 0 a standard, 1 a planned path
	from_day bigint not null,   -- first day that it holds; a trajectory's month end
	value double precision not null,
	set_by text not null,
	reason text not null,
	submission bigint,          -- the file it came with
	made_at bigint not null
);
create index target_measure on target (measure, org, test, from_day);

create table annotation (
	id bigint primary key,
	org text not null,
	test bigint not null,
	measure text not null,
	day bigint not null,
	kind text not null,         -- note, rebase, step
	text text not null,
	author text not null,
	made_at bigint not null,
	removed_at bigint,          -- kept for the history
	removed_by text,
	removed_why text
);
create index annotation_chart on annotation (org, test, measure, day);

-- Choices that national guidance leaves to the network, by date.
create table rule_change (
	id bigint primary key,
	name text not null,
	value bigint not null,
	from_day bigint not null,
	set_by text not null,
	reason text not null,
	made_at bigint not null
);
