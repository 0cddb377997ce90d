-- The archive's index.  The packs are the truth: each of these rows but those
-- of retention can be made again from them.  What is searched by its
-- beginning is bytea, which both databases order alike; texts are UTF-8.
create table patient (
	id bigint primary key,      -- made by the program, in order of time
	issuer text not null,       -- of the number: as the data set says, or the trust
	patient_id bytea not null   -- the number, as received; never empty
);
create unique index patient_identity on patient (patient_id, issuer);

create table study (
	id bigint primary key,      -- also names its pack
	patient bigint not null,    -- patient.id; the study's own id if nobody is named
	uid text not null,          -- Study Instance UID
	org text not null,          -- trust that it belongs to: of its first sender
	patient_id bytea not null,  -- what follows, up to referrer: as its first instance said
	issuer text not null,
	patient_name text not null,
	name_key bytea not null,    -- the name, folded
	birth_date text not null,
	sex text not null,
	date text not null,
	time text not null,
	moment bigint not null,     -- date and time as microseconds, local clock; or very low
	accession bytea not null,
	accession_issuer text not null,
	study_id text not null,
	description text not null,
	referrer text not null,
	modalities text not null,   -- all of its series, as "CT\SR"
	series_n bigint not null,   -- with instances that are shown
	instances_n bigint not null, -- that are shown
	size bigint not null,       -- bytes of those
	findings bigint not null,   -- see archive: kept_findings
	pathway bigint not null,    -- pathway.id that it was matched to; 0: unmatched
	began_at bigint not null,   -- microseconds UTC, as all that end in _at
	changed_at bigint not null, -- the last instance came
	told_at bigint not null,    -- the journal was last told that it grew
	pack_end bigint not null,   -- bytes of the pack that the index knows
	sealed bigint not null,     -- 1: settled, its manifest stands in the pack
	held bigint not null,       -- 1: a legal hold stands
	deleting bigint not null    -- see archive: deletion_steps
);
create unique index study_uid on study (uid);
create index study_patient on study (patient_id);
create index study_accession on study (accession);
create index study_name on study (name_key, moment, id); -- alone gives the newest of a name
create index study_moment on study (moment, id, name_key); -- names: for common ones
create index study_patient_moment on study (patient, moment);
create index study_unsealed on study (id) where sealed = 0;
create index study_unmatched on study (moment, id) where pathway = 0;
create index study_going on study (id) where deleting > 0;

-- Words of patients' names: "=" and a folded word, or "~" and its sound.
create table study_word (
	word bytea not null,
	study bigint not null,      -- study.id
	primary key (word, study)
) $clustered;

create table series (
	study bigint not null,      -- study.id
	id bigint not null,
	uid text not null,
	uid_hash bigint not null,   -- XXH3 of the UID
	modality text not null,     -- what follows: as its first instance said
	number text not null,
	number_n bigint not null,   -- the same as a number, for their order
	description text not null,
	body_part text not null,
	laterality text not null,
	date text not null,
	time text not null,
	station text not null,
	institution text not null,
	manufacturer text not null,
	performed_step text not null,
	protocol text not null,
	instances_n bigint not null, -- that are shown
	primary key (study, id)
) $clustered;
create index series_uid on series (uid_hash);

create table instance (
	study bigint not null,      -- study.id
	id bigint not null,
	series bigint not null,     -- series.id
	uid text not null,          -- SOP Instance UID
	uid_hash bigint not null,   -- XXH3 of the UID
	sop_class text not null,
	syntax_uid text not null,
	number text not null,
	number_n bigint not null,   -- the same as a number, for their order
	rows_n bigint not null,     -- 0: no image, as the next three
	columns_n bigint not null,
	frames_n bigint not null,
	bits_n bigint not null,
	at bigint not null,         -- of its file's first byte in the pack
	size bigint not null,       -- of its file
	head_size bigint not null,  -- of its file, up to pixel data
	dataset_at bigint not null, -- of its data set's first byte, in its file
	hash bytea not null,        -- XXH3-128 of its data set's bytes
	kept_at bigint not null,
	findings bigint not null,   -- see archive: kept_findings
	aside bigint not null,      -- 1: kept as the other one of a conflict
	primary key (study, id)
) $clustered;
create index instance_uid on instance (uid_hash);

-- Two data sets with one SOP Instance UID.
create table conflict (
	id bigint primary key,      -- the second's instance.id
	uid text not null,          -- SOP Instance UID
	first_study bigint not null, -- of the one that is shown until a person decides
	first bigint not null,      -- instance.id
	second_study bigint not null,
	org text not null,          -- who sent the second
	sender text not null,
	found_at bigint not null,
	resolved_at bigint,         -- null while it is open
	second_taken bigint,        -- 1: the second is shown since then
	who text not null,
	why text not null
);
create index conflict_open on conflict (id) where resolved_at is null;

-- Deletion in two steps, by two people.
create table deletion (
	id bigint primary key,
	study bigint not null,      -- study.id
	uid text not null,          -- of the study
	org text not null,
	state bigint not null,      -- see archive: deletion_steps; 0: withdrawn
	proposed_at bigint not null,
	proposed_by text not null,
	why text not null,
	confirmed_at bigint,
	confirmed_by text not null,
	due_at bigint,              -- the pack goes then
	withdrawn_at bigint,
	withdrawn_by text not null,
	withdrawn_why text not null,
	done_at bigint,
	instances_n bigint not null, -- when it was proposed
	size bigint not null
);
create index deletion_study on deletion (study);
create index deletion_open on deletion (id) where state in (1, 2);

-- What may go, and when.  The first row that fits decides, in order of id.
create table retention (
	id bigint primary key,
	org text not null,          -- empty: every trust
	modality text not null,     -- empty: every one
	years bigint not null,      -- after the study; 0: kept for ever
	grace_days bigint not null, -- from the second step to the pack's removal
	name text not null,         -- for people
	active bigint not null
);

-- What people decided, on its way into the packs.
create table pack_note (
	id bigint primary key,
	study bigint not null,      -- study.id
	text text not null          -- see archive: note_add
);

-- What verifying found, until it is mended.
create table archive_trouble (
	id bigint primary key,
	study bigint not null,      -- study.id
	instance bigint not null,   -- instance.id; 0: the pack
	found_at bigint not null,
	what text not null
);
create index archive_trouble_study on archive_trouble (study);

-- One row: how much there is, and how far the background reading has come.
create table archive_total (
	one bigint primary key,
	studies bigint not null,
	instances bigint not null,  -- shown or aside
	size bigint not null,       -- bytes of their files
	verified bigint not null,   -- study.id of the last one read again
	check (one = 1)
);
insert into archive_total (one, studies, instances, size, verified)
	values (1, 0, 0, 0, 0);
