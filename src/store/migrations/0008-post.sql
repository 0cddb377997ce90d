-- What leaves: letters, until they have arrived; and the rules that write them
-- when studies come.
create table letter (
	id bigint primary key,      -- in order of time
	sender text not null,       -- see post: senders
	dest text not null,         -- AE title, or web_destination.name
	body text not null,         -- JSON, the sender's own
	key text not null,          -- the same key is the same letter
	reason text not null,       -- why it was written, for people
	priority bigint not null,   -- 0 first
	made_at bigint not null,    -- microseconds UTC, as all that end in _at
	due_at bigint not null,     -- not before
	sent_at bigint,             -- when the other side had taken all of it
	attempts bigint not null,
	state text not null,        -- waiting, sending, sent, failed, withdrawn
	trouble text not null,      -- the last failure
	done bigint not null,       -- instances that the other side has taken
	total bigint not null       -- of so many
);
create unique index letter_key on letter (key);
create index letter_due on letter (priority, due_at, id) where state = 'waiting';
create index letter_open on letter (id) where state in ('waiting', 'sending', 'failed');
create index letter_dest on letter (dest, id);

create table route (
	id bigint primary key,
	name text not null,
	active bigint not null,     -- 1: it is applied
	org text not null,          -- trust of the study; empty: any, as below
	modality text not null,     -- one of the study's
	body_part text not null,    -- as DICOM writes it
	station text not null,      -- AE title or station name that it came from
	words text not null,        -- in the study's description, without case
	days text not null,         -- "12345": Monday to Friday; empty: all
	from_minute bigint not null, -- of the local day
	to_minute bigint not null,  -- past it; equal: the whole day
	at_start bigint not null,   -- 1: when a study begins; 0: when it has settled
	priors bigint not null,     -- 1: the patient's earlier studies go too
	sender text not null,       -- dicom-store or stow
	dest text not null,
	priority bigint not null,   -- of its letters
	delay_s bigint not null     -- seconds that they wait first
);

create table web_destination (
	name text primary key,
	url text not null,          -- the base of its DICOMweb
	changed_by text not null,
	changed_at bigint not null
);
