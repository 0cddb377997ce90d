/* SPDX-License-Identifier: MIT */
/* conformance.c: the conformance statement (PS3.2) as Markdown, made from the
 * tables that decide what the program does, so that it cannot say otherwise. */
#include "doors/dicom/query.h"

static void put(struct out *out, const char *text)
{
	out_put(out, str_of(text));
}

static const char *field_word(uint16_t field)
{
	switch (field) {
	case C_ECHO: return "C-ECHO";
	case C_STORE: return "C-STORE";
	case C_FIND: return "C-FIND";
	case C_MOVE: return "C-MOVE";
	case C_GET: return "C-GET";
	case N_ACTION: return "N-ACTION";
	default: return "";
	}
}

static const char *right_word(int64_t right)
{
	for (const struct peer_right_word *p = peer_rights; p->word; p++)
		if (p->right == right)
			return p->word;
	return "";
}

static void put_services(struct out *out)
{
	put(out, "## Services, as SCP\n\n"
	    "| SOP class | UID | operation | right | what it does |\n"
	    "|---|---|---|---|---|\n");
	for (const struct service *s = services; s->field; s++)
		out_printf(out, "| %s | %s | %s | %s | %s |\n", s->name,
		    s->abstract ? s->abstract : "see below",
		    field_word(s->field), right_word(s->right), s->sentence);
	put(out, "\n## Services, as SCU\n\n"
	    "Storage, for C-MOVE and routing; Storage Commitment's "
	    "N-EVENT-REPORT; Instance Availability Notification.\n\n");
}

static void put_classes(struct out *out)
{
	put(out, "## Storage classes\n\n"
	    "Every class of this list, every private one, and every one "
	    "under 1.2.840.10008.5.1.4.1.1 that is newer than it.\n\n"
	    "| SOP class | UID |\n|---|---|\n");
	for (size_t i = 0; uid_at(i); i++)
		if (is_storage(str_of(uid_at(i)->uid)))
			out_printf(out, "| %s%s | %s |\n", uid_at(i)->name,
			    uid_at(i)->retired ? " (retired)" : "",
			    uid_at(i)->uid);
}

static void put_syntaxes(struct out *out)
{
	put(out, "\n## Transfer syntaxes\n\n"
	    "For storage, of those proposed in a presentation context the "
	    "first one of this list, in the order of the proposal; an "
	    "instance is kept in the syntax that it came in. For all else "
	    "explicit, then implicit little endian.\n\n"
	    "| transfer syntax | UID |\n|---|---|\n");
	for (size_t i = 0; syntax_at(i); i++)
		out_printf(out, "| %s | %s |\n", syntax_at(i)->name,
		    syntax_at(i)->uid);
}

static void put_attributes(struct out *out)
{
	static const char *const levels[] = {"PATIENT", "STUDY", "SERIES",
	    "IMAGE"};

	put(out, "\n## Attributes of queries\n\n"
	    "At its level and below. A SERIES or IMAGE query may ask for any "
	    "other attribute too: it is read from the instance, or the "
	    "series' first one. A broader query that asks for another is "
	    "answered with FF01. Each answer has Retrieve AE Title and "
	    "Instance Availability.\n\n"
	    "| level | attribute | tag |\n|---|---|---|\n");
	for (size_t i = 0; attribute_at(i); i++) {
		const struct attribute *a = attribute_at(i);
		const struct term *term = term_find(a->tag);

		out_printf(out, "| %s | %s | %s |\n", levels[a->level],
		    term ? term->name : "", tag_text(a->tag).at);
	}
}

static void put_statuses(struct out *out)
{
	put(out, "\n## Statuses\n\n"
	    "| operation | status | when |\n|---|---|---|\n"
	    "| all | 0000 | done |\n"
	    "| all | 0110 | we failed |\n"
	    "| all | 0124 | the peer has no right to it |\n"
	    "| all | 0211 | the context has no such operation |\n"
	    "| C-STORE | 0122 | its class is not the context's |\n"
	    "| C-STORE | A700 | the disk is full: send it again later |\n"
	    "| C-STORE | A900 | its instance UID is not the command's |\n"
	    "| C-STORE | B007 | kept; its class is not the command's |\n"
	    "| C-STORE | C000 | it cannot be read, or has no identity |\n"
	    "| C-FIND | FF00, FF01 | one match; FF01: not all keys are supported |\n"
	    "| C-FIND, C-MOVE, C-GET | FE00 | cancelled |\n"
	    "| C-FIND, C-MOVE, C-GET | A700 | out of resources |\n"
	    "| C-FIND, C-MOVE, C-GET | A900 | the identifier does not say enough |\n"
	    "| C-FIND, C-MOVE, C-GET | C000 | the search failed |\n"
	    "| C-MOVE | A801 | the destination is no peer that we can call |\n"
	    "| C-MOVE, C-GET | FF00 | under way |\n"
	    "| C-MOVE, C-GET | A702 | no instance could be sent |\n"
	    "| C-MOVE, C-GET | B000 | some instances could not be sent |\n"
	    "| N-ACTION | 0112 | not the well-known instance |\n"
	    "| N-ACTION | 0120 | transaction or instances are missing |\n"
	    "| N-ACTION | 0123 | no such action |\n");
}

static void put_rest(struct out *out)
{
	put(out, "\n## Negotiation\n\n"
	    "Extended negotiation of C-FIND: relational queries, combined "
	    "date and time, fuzzy names; of C-MOVE and C-GET: relational "
	    "retrieval. Without relational queries the unique keys of the "
	    "levels above must each have one value. Role selection: an asker "
	    "of C-GET is SCP of the storage classes that it wants to get.\n\n"
	    "## Character sets\n\n"
	    "Those of PS3.3 C.12.1.1.2 are read, with code extensions. "
	    "Answers are in the peer's set where that holds them, else in the "
	    "least of: the default repertoire, the asker's, ISO_IR 192.\n\n"
	    "## Security\n\n"
	    "A caller is admitted by AE title, address, and where its row "
	    "says so TLS and its certificate; anybody else is rejected "
	    "(result 1, source 1, reason 3 or 7). TLS by the BCP 195 profiles "
	    "of PS3.15 B.\n");
}

void dicom_conformance(struct out *out)
{
	put(out, "# DICOM conformance statement: Ribble " RIBBLE_VERSION
	    "\n\nMade by `ribble help --conformance`.\n\n");
	put_services(out);
	put_classes(out);
	put_syntaxes(out);
	put_attributes(out);
	put_statuses(out);
	put_rest(out);
}
