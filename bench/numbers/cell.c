/* cell.c: one rival at one cell. */
#define _POSIX_C_SOURCE 200809L
#include "cell.h"
#include <math.h>
#include <time.h>

extern const Rival rival_hand;
#pragma weak rival_nabla
extern const Rival rival_nabla;
#pragma weak rival_emitted
extern const Rival rival_emitted;

size_t rivals(const Rival **list, size_t room)
{
    const Rival *all[] = {&rival_hand, &rival_nabla, &rival_emitted};
    size_t n = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] && n < room)
            list[n++] = all[i];
    return n;
}

int cell_open(Cell *c, const Rival *rival, const Task *inputs,
              const char **why)
{
    *c = (Cell){.rival = rival};
    *why = "no memory";
    if (!task_outputs(&c->task, inputs)) {
        task_free_outputs(&c->task);
        return 0;
    }
    c->state = rival->setup(&c->task, why);
    if (!c->state)
        task_free_outputs(&c->task);
    return c->state != NULL;
}

void cell_close(Cell *c)
{
    c->rival->teardown(c->state);
    task_free_outputs(&c->task);
    c->state = NULL;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

/* Microseconds a call, over a batch. */
static double batch(Cell *c)
{
    double start = now();
    for (long i = 0; i < c->calls; i++)
        c->rival->call(c->state);
    return (now() - start) / (double)c->calls;
}

/* In microseconds: short, so that some of them are not interrupted. */
enum { BATCH = 1000, BATCHES = 20, LONGEST = 200000 };

/* Calls in a batch: ten times more until a batch takes its time. */
static void calibrate(Cell *c)
{
    c->calls = 1;
    batch(c);
    for (;;) {
        double t = batch(c);
        if (t * (double)c->calls >= BATCH / 10.0) {
            long calls = (long)ceil(BATCH / t);
            c->calls = calls > 0 ? calls : 1;
            return;
        }
        c->calls *= 10;
    }
}

double cell_time(Cell *c)
{
    if (c->calls == 0)
        calibrate(c);
    double best = batch(c), total = best * (double)c->calls;
    for (int i = 1; i < BATCHES && total < LONGEST; i++) {
        double t = batch(c);
        best = t < best ? t : best;
        total += t * (double)c->calls;
    }
    return best;
}

static double difference(const Array *a, const Array *b)
{
    double largest = 0, apart = 0;
    for (size_t i = 0; i < array_count(a); i++) {
        double d = fabs(a->data[i] - b->data[i]);
        largest = fmax(largest, fabs(b->data[i]));
        apart = d > apart || isnan(d) ? d : apart;
        if (isnan(d))
            return INFINITY;
    }
    return largest > 0 ? apart / largest : apart;
}

double cell_difference(const Task *a, const Task *b)
{
    double worst = 0;
    for (int i = 0; i < a->nout; i++)
        worst = fmax(worst, difference(&a->out[i], &b->out[i]));
    return worst;
}
