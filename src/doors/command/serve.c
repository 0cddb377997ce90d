/* SPDX-License-Identifier: MIT */
/* serve.c: the house with its doors open.
 *
 * (1) The address is printed once it answers, and not before.
 * (2) SIGTERM or SIGINT: what is in flight is finished, what is new is
 *     refused, within stop_seconds; then the store is closed.
 * (3) What is not finished by then is let go with the process: a file that
 *     was being taken is not taken, and its sender sends it again.  A second
 *     signal ends the process at once, with the same promise. */
#include "doors/clock/jobs.h"
#include "doors/command/line.h"
#include "doors/command/loader.h"
#include "doors/dicom/dicom.h"
#include "doors/web/web.h"
#include "imaging/imaging.h"
#include "migration/migration.h"
#include "post/post.h"
#include "submissions/submissions.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct serving {
	struct house *house;
	struct web *web;
	struct dicom_door *dicom;
	struct migration *migration;
	struct timekeeper *keeper;
	struct loader *loader; /* NULL: no demo */
};

/* Every thread inherits this, so the signals wait for the first one. */
static void hold_signals(sigset_t *ends)
{
	sigemptyset(ends);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, ends, NULL);
	signal(SIGHUP, SIG_IGN);
}

static void wait_for_signal(const sigset_t *ends)
{
	int number = 0;

	while (sigwait(ends, &number) != 0)
		;
	log_line(LOG_INFO, "stopping", "signal=%s", sigabbrev_np(number));
	pthread_sigmask(SIG_UNBLOCK, ends, NULL);
}

/* Before any door: what they hand in must have a place. */
static bool open_archive(struct serving *serving, struct err *err)
{
	struct house *house = serving->house;
	const struct settings *s = &house->settings;
	struct post_options options;

	imaging_open("/proc/self/exe", s->decoders, s->decoder_memory_mib,
	    s->decoder_seconds);
	if (!house_open_archive(house, false, err) ||
	    !dicom_post_options(house, &options, err))
		return false;
	house->post = post_start(house->db, house->archive, &options, err);
	if (!house->post)
		return false;
	serving->migration = migration_start(house->db, house->archive,
	    &options, err);
	return serving->migration != NULL;
}

static bool say_address(const struct line *line, const struct serving *serving,
    struct err *err)
{
	const char *address = serving->house->settings.web_address;
	bool is_six = strchr(address, ':') != NULL;
	struct result result;

	if (strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0) {
		address = "localhost";
		is_six = false;
	}
	if (!result_begin(&result, line, err))
		return false;
	if (dicom_door_port(serving->dicom) >= 0)
		out_printf(&result.out, "ribble takes DICOM on port %lld as %s\n",
		    (long long)dicom_door_port(serving->dicom),
		    serving->house->settings.dicom_aet);
	if (dicom_door_tls_port(serving->dicom) >= 0)
		out_printf(&result.out, "ribble takes DICOM over TLS on port %lld\n",
		    (long long)dicom_door_tls_port(serving->dicom));
	out_printf(&result.out, "ribble answers on http://%s%s%s:%lld\n",
	    is_six ? "[" : "", address, is_six ? "]" : "",
	    (long long)web_port(serving->web));
	return result_end(&result, err);
}

static bool open_doors(struct serving *serving, const struct line *line,
    struct err *err)
{
	struct intake intake = {serving->house->db, &serving->house->settings};
	bool demo = option_given(line, "demo");
	struct demo_choices choices, begun;
	enum demo_state state;

	if (!demo_choices_read(line, &choices, err) ||
	    !demo_state(serving->house->db, &state, &begun, err) ||
	    !submissions_tidy(&intake, err) || !open_archive(serving, err))
		return false;
	serving->web = web_start(serving->house, demo || state != DEMO_NONE,
	    err);
	if (!serving->web)
		return false;
	serving->dicom = dicom_door_start(serving->house, err);
	if (!serving->dicom)
		return false;
	serving->keeper = timekeeper_start(serving->house, err);
	if (!serving->keeper)
		return false;
	if (demo)
		serving->loader = loader_start(serving->house, &choices,
		    serving->web, err);
	if (demo && !serving->loader)
		return false;
	return say_address(line, serving, err);
}

static int64_t seconds_left(int64_t until)
{
	int64_t left = (until - outside_ticks()) / US_PER_S;

	return left > 0 ? left : 0;
}

/* All are told at once, and then waited for in turn. */
static bool close_doors(struct serving *serving)
{
	int64_t until = outside_ticks() +
	    serving->house->settings.stop_seconds * US_PER_S;
	bool done = true;

	serving->house->stopping = true;
	if (serving->loader)
		loader_leave_web(serving->loader);
	if (serving->web)
		done &= web_stop(serving->web);
	if (serving->dicom)
		dicom_door_stop(serving->dicom, seconds_left(until));
	if (serving->loader)
		done &= loader_stop(serving->loader, seconds_left(until));
	if (serving->keeper)
		done &= timekeeper_stop(serving->keeper, seconds_left(until));
	if (serving->migration)
		done &= migration_stop(serving->migration,
		    seconds_left(until));
	if (serving->house->post)
		done &= post_stop(serving->house->post, seconds_left(until));
	imaging_close();
	return done;
}

int command_serve(struct house *house, const struct line *line,
    struct err *err)
{
	struct serving serving = {.house = house};
	sigset_t ends;

	hold_signals(&ends);
	bool open = open_doors(&serving, line, err);

	if (open)
		wait_for_signal(&ends);
	if (!close_doors(&serving)) {
		log_line(LOG_WARN, "stopped",
		    "unfinished=yes after_s=%lld hint=\"raise stop_seconds\"",
		    (long long)house->settings.stop_seconds);
		_exit(ANSWER_NO);
	}
	log_line(LOG_INFO, "stopped", "unfinished=no");
	return open ? ANSWER_YES : ANSWER_NO;
}
