/* SPDX-License-Identifier: MIT */
/* schemas.c: what each answer looks like.  A table answer is described by the
 * columns that its handler writes; any other by a shape, which reads:
 *
 *	{name:TYPE,...}   an object with these members
 *	[TYPE]            a list
 *	text int real day time flag id any     (id: a number, as text)
 *	(a|b|c)           one of these words
 *	NAME              another schema of this table
 *	TYPE?             or null
 *
 * A table's shape lists its facts beside title, source, made_at and rows.
 * openapi.c turns both into JSON Schema. */
#include "doors/web/routes.h"

#include "doors/dm01.h"

#include <string.h>

#define OBJECT(name, shape, sentence) {name, NULL, NULL, shape, sentence}
#define TABLE(name, columns, facts, sentence) {name, NULL, columns, facts, sentence}
#define BYTES(name, type, sentence) {name, type, NULL, NULL, sentence}

#define TYPE "(common_cause|improvement|concern|neutral_high|neutral_low)"
#define SPECIAL \
	"(none|above_upper|below_lower|trend_up|trend_down|two_of_three_high|" \
	"two_of_three_low|shift_high|shift_low)"
#define SUMS "list:int,over6:int,over13:int"

/* clang-format off */
const struct schema schemas[] = {
	OBJECT("Error",
	    "{error:{kind:(input|missing|refused|conflict|busy|broken),text:text,hint:text}}",
	    "why not, and whose turn it is"),
	OBJECT("OpenApi", "any", "this document"),
	OBJECT("Reference",
	    "{network:{name:text,code:text},"
	    "orgs:[{code:text,name:text,short:text,kind:text}],"
	    "sites:[{code:text,name:text,org:text,kind:text}],"
	    "commissioners:[{code:text,name:text}],"
	    "tests:[{id:int,code:text,name:text,group:text,dm01:flag}],"
	    "measures:[{name:text,title:text,unit:text,improve:(decrease|increase|neutral),"
	    "sentence:text,sources:[text],grains:[text]}],"
	    "latest:{R:day?,P:day?,W:day?},synthetic:flag,today:day}",
	    "the lists that pages choose from"),
	OBJECT("Status",
	    "{version:text,synthetic:flag,database:(sqlite|postgres),journal:int,"
	    "started_at:time,loading:{what:text,done:int,total:int}?}",
	    "what runs, and what it is doing"),
	TABLE("Settings", settings_columns, NULL, "how the program runs"),
	TABLE("Network", network_columns, "{period_end:text}",
	    "one row for each organisation and test"),
	OBJECT("Chart",
	    "{title:text,org:text,org_name:text,test:int,test_name:text,measure:text,"
	    "measure_title:text,unit:text,improve:(decrease|increase|neutral),source:(R|P|W),"
	    "grain:(M|S),made_at:time,source_note:text,"
	    "options:{screening:flag,shift_run:int,trend_run:int,fix_after:int},"
	    "points:[{date:day,value:real?,numerator:real?,denominator:real?,group:int,"
	    "mean:real?,lower:real?,upper:real?,special_cause:" SPECIAL ",point_type:" TYPE "}],"
	    "groups:[{from:day,to:day,n:int,mean:real?,lower:real?,upper:real?,"
	    "variation:" TYPE ",side:(high|low)?,assurance:(pass|fail|inconsistent)?,"
	    "common_cause:int,improvements:int,concerns:int}],target:real?,"
	    "targets:[{from:day?,value:real,set_by:text,reason:text}],"
	    "trajectory:[{date:day,value:real,set_by:text,reason:text}],"
	    "annotations:[{id:id,date:day,kind:(note|rebase|step),text:text,author:text,"
	    "made_at:time}],"
	    "sentence:text,warning:text?}",
	    "an XmR chart, what was written on it, and what it says"),
	OBJECT("Charts",
	    "{source_note:text,series:[{org:text,test:int,measure:text,dates:[day],values:[real?],"
	    "special:text,target:real?,groups:[{first:int,n:int,mean:real?,lower:real?,upper:real?,"
	    "variation:" TYPE ",assurance:(pass|fail|inconsistent)?}]}]}",
	    "charts as figures; special has a digit for each point, in the order of special_cause"),
	TABLE("Studies", studies_columns, NULL, "studies in the archive"),
	OBJECT("Study",
	    "{uid:text,org:text,patient_name:text,patient_id:text,issuer:text,birth_date:text,"
	    "sex:text,date:text,time:text,accession:text,accession_issuer:text,description:text,"
	    "referrer:text,modalities:text,series:int,instances:int,size:int,began_at:time,"
	    "changed_at:time,pathway:id,sealed:flag,held:flag,deleting:flag,findings:text,"
	    "series_list:[{uid:text,modality:text,number:text,description:text,body_part:text,"
	    "station:text,institution:text,manufacturer:text,instances:int}],older_wanted:int}",
	    "one study and its series"),
	OBJECT("Archive",
	    "{studies:int,instances:int,size:int,unsealed:int,unmatched:int,conflicts:int,"
	    "keeping:int,kept:int,same:int,refused:int,proposed:int,confirmed:int,troubles:int,"
	    "disk_free:int?,disk_size:int?,reserve:int,settle_s:int,verify_mib_s:int,"
	    "verified_to:time?}",
	    "how much there is, how much room, and how much waits for a person"),
	TABLE("Conflicts", conflicts_columns, NULL, "two images of one UID each"),
	TABLE("Deletions", deletions_columns, NULL, "deletions under way, oldest first"),
	TABLE("Troubles", troubles_columns, NULL, "what did not read back well, newest first"),
	TABLE("Retention", retention_columns, NULL, "the policies of keeping, in their order"),
	TABLE("StudyHistory", study_history_columns, NULL, "what was decided, oldest first"),
	TABLE("Letters", letters_columns, NULL, "what leaves"),
	TABLE("OldArchives", old_archives_columns, NULL, "old archives, and how far each has come"),
	TABLE("OldStudies", old_studies_columns, NULL, "the ledger of an old archive"),
	OBJECT("Wanted", "{state:text,studies:int}", "how many were moved to the front"),
	TABLE("RouteRules", route_rules_columns, NULL, "routing rules"),
	TABLE("WebDestinations", web_destinations_columns, NULL, "archives on the web"),
	TABLE("Targets", targets_columns, NULL, "standards and trajectories"),
	OBJECT("Waiting",
	    "{as_of:day,live:flag,org:text,test:int," SUMS ",bands:[int],planned:int,"
	    "over_time:[{date:day,bands:[int]}],"
	    "by_org:[{org:text,name:text," SUMS "}],by_test:[{test:int,name:text," SUMS "}],"
	    "by_site:[{site:text,name:text," SUMS "}],"
	    "by_priority:[{priority:text,words:text," SUMS "}],"
	    "by_state:[{state:text,words:text," SUMS "}],source_note:text}",
	    "bands: completed weeks 0 to 12, and 13 or more; the cuts only of the live list"),
	TABLE("Pathways", pathways_columns, "{as_of:text}",
	    "those waiting, or done; the fact next, when there are more, is where to go on"),
	OBJECT("Pathway",
	    "{id:id,provider:text,provider_name:text,accession:text,patient:text,test:int,"
	    "test_name:text,priority:text?,patient_source:text?,planned:flag,due_date:day?,"
	    "state:text?,state_words:text?,site_of_request:text?,site_of_scan:text?,"
	    "site_of_report:text?,scanned_by:text?,reported_by:text?,requested_at:time?,"
	    "appointment_at:time?,performed_at:time?,reported_at:time?,"
	    "clock:{start:day?,stop:day?,days:int?,band:int?,"
	    "list:(waiting|planned|unscheduled|none),running:flag,sentence:text},"
	    "events:[{kind:text?,words:text?,at:time?,at_local:text,appointment_at:time?,"
	    "site:text?,provider_kind:text?,submission:id,line:int,clock:text?}],source_note:text}",
	    "one request from its first event to its last, and why its clock stands as it does"),
	TABLE("Submissions", submissions_columns, NULL, "files, newest first"),
	OBJECT("Submission",
	    "{id:id,kind:text,sender:text,sender_name:text,period_from:day?,period_to:day?,"
	    "file_name:text,sha256:text,size:int,state:(taken|refused|replaced|duplicate|unknown),"
	    "received_at:time?,received_how:text,rows:int,rows_good:int,rows_bad:int,rows_open:int,"
	    "replaced_by:id?,reason:text,quality:[{bucket:text,words:text,rows:int}]}",
	    "one file and what was found in it"),
	TABLE("Quarantine", quarantine_columns, NULL, "rows that could not be used"),
	BYTES("File", "text/csv", "the bytes as they came"),
	OBJECT("Timeliness",
	    "{weeks:[day],rows:[{org:text?,org_name:text?,kind:text?,cells:[{period_end:day?,"
	    "state:(none|on-time|late|missing|due|refused),received_at:time?,days_late:int,"
	    "rows:int,rows_bad:int,usual_low:real?,usual_high:real?,unusual:flag,"
	    "submission:id?}]}]}",
	    "a cell for each week of each organisation and kind of file"),
	TABLE("Tracking", tracking_columns, "{measure:text,unit:text}", "this month against plan"),
	TABLE("Dm01", dm01_columns, NULL, "the return, in the columns of the provider workbook"),
	TABLE("Rules", rules_columns, NULL, "each rule as the program came, then its changes"),
	TABLE("Peers", peers_columns, NULL, "who speaks DICOM with us"),
	TABLE("PeerHistory", peer_history_columns, NULL, "each change to a peer, oldest first"),
	TABLE("Strangers", strangers_columns, NULL, "callers that nobody knows, newest first"),
	BYTES("Events", "text/event-stream",
	    "id: the journal's number, event: its kind, data: an Event; "
	    "the event \"reload\" says: read all anew"),
	OBJECT("Event", "{seq:int,kind:text,subject:text}", "one entry of the journal"),
	OBJECT("Made", "{id:id}", "the number of what was stored"),
	OBJECT("Done", "{state:text}", "what has become of it"),
	OBJECT("DicomCapabilities",
	    "{name:text,base:text,resources:[{path:text,methods:any,parameters:[text]}]}",
	    "what of DICOMweb can be asked for"),
	BYTES("DicomJson", "application/dicom+json", "the DICOM JSON Model, PS3.18 F"),
	BYTES("DicomParts", "multipart/related", "files or frames, as the Accept header wishes"),
	BYTES("DicomPicture", "image/jpeg", "a picture; image/png if that is wished"),
	BYTES("DicomBulk", "application/octet-stream", "a value's bytes, little endian"),
	OBJECT("DicomDeletion", "{study:text,state:text}", "what was proposed"),
	BYTES("Metrics", "text/plain", "Prometheus text"),
	OBJECT("Alive", "{alive:flag}", "the program runs"),
	OBJECT("Ready", "{ready:flag}", "it can answer from its database"),
	{0}};
/* clang-format on */

const struct schema *schema_find(const char *name)
{
	for (const struct schema *s = schemas; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}
