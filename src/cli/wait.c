/* wait.c: a line on the terminal, from the first second of work on. */
#include "cli.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct Waiting {
    const char *what;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t done;
    int over;
};

static void *wait_line(void *p)
{
    Waiting *w = p;
    int shown = 0;
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    pthread_mutex_lock(&w->lock);
    for (int second = 1; !w->over; second++) {
        at.tv_sec += 1;
        while (!w->over &&
               pthread_cond_timedwait(&w->done, &w->lock, &at) == 0)
            continue;
        if (!w->over)
            shown = fprintf(stderr, "\r%s, %d s", w->what, second) > 0;
    }
    pthread_mutex_unlock(&w->lock);
    if (shown)
        fputs("\r\033[K", stderr);
    return NULL;
}

Waiting *wait_begin(const char *what)
{
    Waiting *w = isatty(2) ? calloc(1, sizeof *w) : NULL;
    if (!w)
        return NULL;
    w->what = what;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->done, NULL);
    if (pthread_create(&w->thread, NULL, wait_line, w) == 0)
        return w;
    pthread_cond_destroy(&w->done);
    pthread_mutex_destroy(&w->lock);
    free(w);
    return NULL;
}

void wait_end(Waiting *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->over = 1;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->done);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
