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

/* studies.c */
HANDLER(studies_get);
extern const struct column studies_columns[];
HANDLER(study_get);
HANDLER(study_hold_post);
HANDLER(study_release_post);
HANDLER(study_delete_post);
HANDLER(study_confirm_post);
HANDLER(study_withdraw_post);

/* migrations.c */
HANDLER(old_archives_get);
extern const struct column old_archives_columns[];
HANDLER(old_archive_post);
HANDLER(old_studies_get);
extern const struct column old_studies_columns[];
HANDLER(old_study_want_post);
HANDLER(old_patient_want_post);

/* archive.c history.c */
HANDLER(archive_get);
HANDLER(conflicts_get);
extern const struct column conflicts_columns[];
HANDLER(conflict_resolve_post);
HANDLER(conflict_thumbnail);
HANDLER(deletions_get);
extern const struct column deletions_columns[];
HANDLER(troubles_get);
extern const struct column troubles_columns[];
HANDLER(retention_get);
HANDLER(retention_post);
extern const struct column retention_columns[];
HANDLER(study_history_get);
extern const struct column study_history_columns[];

/* letters.c */
HANDLER(letters_get);
extern const struct column letters_columns[];
HANDLER(letter_again_post);
HANDLER(letter_withdraw_post);
HANDLER(route_rules_get);
extern const struct column route_rules_columns[];
HANDLER(route_rule_post);
HANDLER(web_destinations_get);
extern const struct column web_destinations_columns[];
HANDLER(web_destination_post);

/* peers.c */
HANDLER(peers_get);
extern const struct column peers_columns[];
HANDLER(peer_post);
HANDLER(peer_put);
HANDLER(peer_history_get);
extern const struct column peer_history_columns[];
HANDLER(strangers_get);
extern const struct column strangers_columns[];
HANDLER(stranger_admit_post);
HANDLER(stranger_dismiss_post);

/* dicomweb.c dicomweb_find.c dicomweb_store.c */
HANDLER(dicomweb_capabilities);
HANDLER(dicomweb_delete);
HANDLER(qido_get);
HANDLER(stow_post);

/* dicomweb_fetch.c dicomweb_metadata.c dicomweb_frames.c dicomweb_render.c */
HANDLER(wado_get);
HANDLER(wado_bulk);
HANDLER(wado_metadata);
HANDLER(wado_frames);
HANDLER(wado_pixels);
HANDLER(wado_rendered);
HANDLER(wado_thumbnail);
HANDLER(wado_uri);
#undef HANDLER
