/* options.h: the words of the command line. */
#ifndef NB_OPTIONS_H
#define NB_OPTIONS_H

#include "cli.h"

typedef enum OptId {
#define OPT(id, short_, long_, arg, help) OPT_##id,
#include "opts.def"
#undef OPT
    OPT_COUNT
} OptId;

typedef struct Command {
    const char *name;
    int mode; /* an nb_mode, or one of those below */
    const char *usage, *help;
} Command;

enum { MODE_CHECK = 100, MODE_EVAL, MODE_BOOK, MODE_EMIT };

enum { MAX_ARGS = 64 };

typedef struct Line {
    const Command *command;
    const char *value[OPT_COUNT]; /* last one given; "" for a flag */
    const char *declare[MAX_ARGS]; /* options that may be given often */
    const char *data[MAX_ARGS];
    const char *out[MAX_ARGS];
    int ndeclare, ndata, nout;
    char *arg[MAX_ARGS];
    int nargs;
} Line;

/* Says what is wrong, and the mend; 2. */
int fail(const char *message, const char *what, const char *mend);
void help(void);
/* 0, or the exit status after a message. */
int read_line(Line *l, int argc, char **argv);
/* The command of that name; NULL after a message. */
const Command *find_command(const char *name);
/* Which of the names the option's value is; the first where there is none. */
int choose(const char *value, const char *const *names, int n,
           const char *option, int *out);

#endif
