-- Old archives, brought over study by study, with the proof that all came.
create table old_archive (
	id bigint primary key,
	name text not null,         -- for people
	org text not null,          -- trust whose studies they are
	how text not null,          -- get, move (DIMSE) or web (DICOMweb)
	dest text not null,         -- AE title among the peers, or web_destination.name
	from_date text not null,    -- the oldest Study Date that is wanted, YYYYMMDD
	surveyed_to text not null,  -- this day and all after it are known, YYYYMMDD
	day_kib_s bigint not null,  -- rate from day_from to day_to; 0: only what is asked for
	night_kib_s bigint not null, -- at all other times
	day_from bigint not null,   -- minute of the local day
	day_to bigint not null,
	active bigint not null,
	again_days bigint not null, -- so many days back are asked about again each day
	again_on text not null,     -- the local day on which they last were, YYYYMMDD
	trouble text not null       -- of the archive as a whole; empty when it is well
);

create table old_study (
	id bigint primary key,      -- in order of finding
	old_archive bigint not null,
	uid text not null,          -- Study Instance UID
	patient_id text not null,
	accession text not null,
	date text not null,         -- Study Date, YYYYMMDD
	modalities text not null,
	priority bigint not null,   -- 0 asked for, 1 prior of an appointment, 5 in turn
	state text not null,        -- found, fetching, done, differs, failed
	there bigint not null,      -- instances that the old archive names
	here bigint not null,       -- of these, in the archive
	there_hash text not null,   -- SHA-256 of the sorted SOP Instance UIDs there
	here_hash text not null,    -- and of those of them that are here
	size bigint not null,       -- bytes that came
	attempts bigint not null,
	due_at bigint not null,     -- microseconds UTC, as all that end in _at
	found_at bigint not null,
	done_at bigint,
	trouble text not null
);
create unique index old_study_uid on old_study (old_archive, uid);
create index old_study_next on old_study
	(old_archive, priority, date desc) where state = 'found';
create index old_study_state on old_study (old_archive, state, id);
create index old_study_patient on old_study (patient_id);
