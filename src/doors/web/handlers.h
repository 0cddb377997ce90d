/* SPDX-License-Identifier: MIT */
/* handlers.h: every function that answers, by the file it stands in, and the
 * columns of those that answer with a table.  Private to doors/web. */
#pragma once
struct answer;
struct column;
struct request;
#define HANDLER(name) void name(struct request *, struct answer *)

/* openapi.c events.c metrics.c health.c settings.c */
HANDLER(openapi_get);
HANDLER(events_get);
HANDLER(metrics_get);
HANDLER(healthz_get);
HANDLER(readyz_get);
HANDLER(status_get);
HANDLER(settings_get);
extern const struct column settings_columns[];

/* reference.c network.c spc.c waiting.c pathways.c */
HANDLER(reference_get);
HANDLER(network_get);
extern const struct column network_columns[];
HANDLER(spc_get);
HANDLER(spc_all_get);
HANDLER(annotation_post);
HANDLER(annotation_remove);
HANDLER(waiting_get);
HANDLER(pathways_get);
extern const struct column pathways_columns[];
HANDLER(pathway_get);

/* submissions.c timeliness.c tracking.c dm01.c targets.c rules.c */
HANDLER(submissions_get);
extern const struct column submissions_columns[];
HANDLER(submission_get);
HANDLER(submission_quarantine);
extern const struct column quarantine_columns[];
HANDLER(submission_file);
HANDLER(submission_post);
HANDLER(quarantine_replay_post);
HANDLER(quarantine_dismiss_post);
HANDLER(timeliness_get);
HANDLER(tracking_get);
extern const struct column tracking_columns[];
HANDLER(dm01_get);
HANDLER(targets_get);
extern const struct column targets_columns[];
HANDLER(target_post);
HANDLER(rules_get);
extern const struct column rules_columns[];
HANDLER(rule_post);
#undef HANDLER
