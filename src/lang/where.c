/* where.c: the definitions behind an expression, `where T1 = ...; T2 = ...`.
 *
 * A definition may use those before it and those behind it, but not itself.
 * They are read in rounds: each round reads those that wait for none, so a
 * name always stands for a finished tree, which its users share. */
#include "lang/lex.h"

typedef struct Def {
    const char *name;
    const Token *at; /* its first token */
    uint32_t waits;  /* definitions it uses that are not read yet */
} Def;

const Token *defs_find(const Token *t)
{
    for (; t->kind != TOK_END; t++)
        if (token_is(t, "where") && t[1].kind == TOK_NAME &&
            t[2].kind == TOK_EQUALS)
            return t;
    return NULL;
}

static bool stops(const Token *t)
{
    return t->kind == TOK_SEMI || t->kind == TOK_END;
}

static uint32_t count_defs(const Token *t)
{
    uint32_t n = 1;
    for (; t->kind != TOK_END; t++)
        n += t->kind == TOK_SEMI;
    return n;
}

/* Splits at the semicolons; the number of definitions, 0 after an error. */
static uint32_t split(Ctx *ctx, const Token *t, Def *def, PtrMap *index)
{
    uint32_t n = 0;
    while (t->kind != TOK_END) {
        if (t->kind != TOK_NAME || t[1].kind != TOK_EQUALS) {
            ctx_fail(ctx, ERR_LANGUAGE, t->span, "write where T1 = ...; ...",
                     "a definition is missing before %s", token_text(t));
            return 0;
        }
        if (ptrmap_has(index, t->name)) {
            ctx_fail(ctx, ERR_LANGUAGE, t->span, "give one another name",
                     "%s is defined twice", t->name);
            return 0;
        }
        def[n] = (Def){.name = t->name, .at = t + 2};
        if (!ptrmap_put(index, t->name, &def[n++]))
            return 0;
        while (!stops(t))
            t++;
        t += t->kind == TOK_SEMI;
    }
    return n;
}

/* Lists, for every definition, who uses it. */
typedef struct Use {
    Def *user;
    struct Use *next;
} Use;

static bool find_uses(Ctx *ctx, Def *def, uint32_t n, const PtrMap *index,
                      Use **uses)
{
    for (uint32_t i = 0; i < n; i++)
        for (const Token *t = def[i].at; !stops(t); t++) {
            Def *d = t->kind == TOK_NAME && t[1].kind != TOK_LPAREN
                         ? ptrmap_get(index, t->name)
                         : NULL;
            Use *u = d ? ARENA_NEW(ctx->arena, Use) : NULL;
            if (d && !u)
                return false;
            if (!d)
                continue;
            *u = (Use){&def[i], uses[d - def]};
            uses[d - def] = u;
            def[i].waits++;
        }
    return true;
}

static bool read_one(Ctx *ctx, const Def *d, PtrMap *defs, uint32_t source)
{
    const Token *t = d->at;
    const Tree *e = parse_tokens(ctx, &t, defs, source);
    if (!e || !ptrmap_put(defs, d->name, (void *)(uintptr_t)e))
        return false;
    if (!stops(t))
        parse_expected(ctx, t, "an operator");
    return stops(t);
}

bool defs_read(Ctx *ctx, const Token *where, PtrMap *defs, uint32_t source)
{
    uint32_t max = count_defs(where), ready = 0, done = 0;
    Def *def = ARENA_ARRAY(ctx->arena, Def, max);
    Def **queue = ARENA_ARRAY(ctx->arena, Def *, max);
    Use **uses = ARENA_ARRAY(ctx->arena, Use *, max);
    PtrMap index;
    ptrmap_init(&index, ctx->arena);
    uint32_t n = def ? split(ctx, where + 1, def, &index) : 0;
    if (!n || !queue || !uses || !find_uses(ctx, def, n, &index, uses))
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (def[i].waits == 0)
            queue[ready++] = &def[i];
    for (; done < ready; done++) {
        if (!read_one(ctx, queue[done], defs, source))
            return false;
        for (Use *u = uses[queue[done] - def]; u; u = u->next)
            if (--u->user->waits == 0)
                queue[ready++] = u->user;
    }
    if (done < n)
        ctx_fail(ctx, ERR_LANGUAGE, where->span, NULL,
                 "the definitions after where go in a circle");
    return done == n;
}
