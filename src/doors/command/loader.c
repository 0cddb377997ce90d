/* SPDX-License-Identifier: MIT */
/* loader.c: the demo loads while the web already answers. */
#include "doors/command/loader.h"
#include "doors/web/web.h"
#include <pthread.h>
#include <string.h>

struct loader {
	pthread_t thread;
	struct demo_load load;
	pthread_mutex_t lock;
	struct web *web; /* told how far it is; NULL once the web is closing */
};

static void show(void *with, const char *what, int64_t done, int64_t total)
{
	struct loader *loader = with;

	pthread_mutex_lock(&loader->lock);
	if (loader->web)
		web_loading(loader->web, what, done, total);
	pthread_mutex_unlock(&loader->lock);
}

static void *work(void *with)
{
	struct loader *loader = with;
	struct demo_load *load = &loader->load;
	int64_t begun = outside_ticks();
	struct err err = {0};
	bool ok = demo_load(load, &err);

	show(loader, NULL, 0, 0);
	if (!ok)
		log_line(err.kind == ERR_BUSY ? LOG_INFO : LOG_ERROR, "demo",
		    "error=\"%s\" hint=\"%s\"", err.text, err.hint);
	else if (!load->was_loaded)
		log_line(LOG_INFO, "demo",
		    "loaded=yes files=%lld rows=%lld bad=%lld took_s=%lld",
		    (long long)load->files, (long long)load->rows,
		    (long long)load->bad,
		    (long long)((outside_ticks() - begun) / US_PER_S));
	return NULL;
}

struct loader *loader_start(struct house *house,
    const struct demo_choices *choices, struct web *web, struct err *err)
{
	struct loader *loader = arena_new(house->arena, struct loader);

	loader->web = web;
	pthread_mutex_init(&loader->lock, NULL);
	loader->load = (struct demo_load){.house = house, .choices = *choices,
	    .progress = show, .with = loader};
	int no = pthread_create(&loader->thread, NULL, work, loader);

	if (!no)
		return loader;
	fail(err, ERR_BROKEN, "cannot start the demo's thread: %s",
	    strerror(no));
	return NULL;
}

void loader_leave_web(struct loader *loader)
{
	pthread_mutex_lock(&loader->lock);
	loader->web = NULL;
	pthread_mutex_unlock(&loader->lock);
}

bool loader_stop(struct loader *loader, int64_t seconds)
{
	return thread_ends(loader->thread, seconds);
}
