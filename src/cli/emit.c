/* emit.c: nabla emit: a program as source code in another language. */
#include "nabla.h"
#include "cli.h"

#include <stdio.h>
#include <string.h>

enum { MAX_LANGUAGES = 16 };

static int no_language(const char *given)
{
    const char *names[MAX_LANGUAGES], *help, *name;
    int n = 0;
    fprintf(stderr, given ? "nabla: error: --to does not take %s\n"
                          : "nabla: error: in which language?%s\n",
            given ? given : "");
    while (n < MAX_LANGUAGES && (name = nb_emit_language((size_t)n, &help)))
        names[n++] = name;
    const char *near = given ? advise_name(given, names, n) : NULL;
    if (near) {
        fprintf(stderr, "  did you mean --to %s?\n", near);
        return 2;
    }
    for (int k = 0; k < n; k++) {
        nb_emit_language((size_t)k, &help);
        fprintf(stderr, "  --to %-7s %s\n", names[k], help);
    }
    return 2;
}

static int known(const char *language)
{
    const char *name;
    for (size_t k = 0; (name = nb_emit_language(k, NULL)); k++)
        if (strcmp(name, language) == 0)
            return 1;
    return 0;
}

/* "a/grad.m" is of a function grad, which MATLAB demands. */
static const char *stem_of(const char *path, char *stem, size_t room)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    int n = (int)strcspn(base, ".");
    snprintf(stem, room, "%.*s", n, base);
    return n > 0 ? stem : NULL;
}

static int write_code(const char *text, const char *path)
{
    FILE *f = fopen(path, "w");
    int ok = f && fputs(text, f) >= 0;
    ok = f && fclose(f) == 0 && ok;
    if (!ok)
        fprintf(stderr, "nabla: error: this file cannot be written: %s\n",
                path);
    return ok ? 0 : 3;
}

int run_emit(nb_context *c, const nb_program *p, const char *language,
             const char *name, const char *out, int colour)
{
    char stem[64];
    if (!language || !known(language))
        return no_language(language);
    if (out && !name)
        name = stem_of(out, stem, sizeof stem);
    const char *text = nb_emit(c, p, language, name);
    if (!text)
        return show_error(colour, c);
    if (out && strcmp(out, "-") != 0)
        return write_code(text, out);
    fputs(text, stdout);
    return 0;
}
