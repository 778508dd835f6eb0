/* code.c: which printer writes which language. */
#include "out/codetext.h"

#include <string.h>

typedef struct Language {
    const char *name;
    const char *(*print)(Ctx *ctx, const CodeTask *task);
    const char *help;
} Language;

static const Language languages[] = {
#define DIALECT(name, print, help) {name, print, help},
#include "out/dialects.def"
#undef DIALECT
};
enum { NLANGUAGES = sizeof languages / sizeof *languages };

const char *code_language(size_t k, const char **help)
{
    if (k >= NLANGUAGES)
        return NULL;
    *help = languages[k].help;
    return languages[k].name;
}

const char *code_print(Ctx *ctx, const CodeTask *task, const char *language)
{
    for (size_t i = 0; task->plan && i < NLANGUAGES; i++)
        if (strcmp(languages[i].name, language) == 0) {
            const char *text = languages[i].print(ctx, task);
            return ctx_failed(ctx) ? NULL : text;
        }
    Buf list;
    buf_init(&list, ctx->arena);
    for (size_t i = 0; i < NLANGUAGES; i++)
        buf_printf(&list, "%s%s", i ? ", " : "it is one of ",
                   languages[i].name);
    return task->plan ? ctx_fail(ctx, ERR_UNSUPPORTED, (Span){0, 0},
                                 buf_text(&list),
                                 "there is no language %.40s", language)
                      : NULL;
}
