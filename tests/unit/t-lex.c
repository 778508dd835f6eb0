/* t-lex.c: tokens of every spelling. */
#include "lang-test.h"
#include "lang/lex.h"

static const Token *tokens(Ctx *ctx, const char *text)
{
    return lex(ctx, text, strlen(text));
}

static void spellings(void **state)
{
    static const struct {
        const char *text;
        TokKind kind;
    } row[] = {{"@", TOK_STAR},  {"×", TOK_STAR},   {"·", TOK_STAR},
               {"**", TOK_POW},  {".T", TOK_T},     {"ᵀ", TOK_T},
               {"∘", TOK_HAD},   {"⊙", TOK_HAD},    {"⊗", TOK_KRON},
               {"−", TOK_MINUS}, {"′", TOK_QUOTE},  {"’", TOK_QUOTE},
               {"√", TOK_ROOT},  {"½", TOK_HALF},   {"‖", TOK_NORM},
               {"‖₂", TOK_NORM}, {"²", TOK_SUPER},  {"⁻¹", TOK_SUPER},
               {"（", TOK_LPAREN}, {"］", TOK_RBRACKET}, {".'", TOK_T},
               {"α", TOK_NAME},  {"x_1", TOK_NAME}, {"1e-3", TOK_NUM}};
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        Ctx *c = ctx_new(NULL, NULL);
        const Token *t = tokens(c, row[i].text);
        assert_non_null(t);
        assert_int_equal(t[0].kind, row[i].kind);
        assert_int_equal(t[0].span.end, strlen(row[i].text));
        assert_int_equal(t[1].kind, TOK_END);
        ctx_free(c);
    }
}

static void numbers_and_blanks(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    (void)state;
    const Token *t = tokens(c, "0.25 2.*x\u00a0# a comment");
    assert_non_null(t);
    assert_true(t[0].num.num == 1 && t[0].num.den == 4);
    assert_int_equal(t[1].kind, TOK_NUM);
    assert_int_equal(t[2].kind, TOK_HAD);
    assert_int_equal(t[3].kind, TOK_NAME);
    assert_int_equal(t[4].kind, TOK_END);
    ctx_free(c);
}

static void dump(void **state)
{
    Ctx *c = ctx_new(NULL, NULL);
    (void)state;
    assert_string_equal(lang_dump_tokens(c, "x'*A", 4),
                        "0-1 x\n1-2 '\n2-3 *\n3-4 A\n");
    ctx_free(c);
}

static void limits(void **state)
{
    Limits small = LIMITS_DEFAULT;
    (void)state;
    small.input = 5;
    Ctx *c = ctx_new(NULL, &small);
    assert_null(tokens(c, "x+y+z+w"));
    assert_int_equal(c->diag.code, ERR_LIMIT);
    ctx_free(c);
    small.input = 100;
    small.tokens = 4;
    c = ctx_new(NULL, &small);
    assert_null(tokens(c, "x+y+z+w"));
    assert_int_equal(c->diag.code, ERR_LIMIT);
    ctx_free(c);
    small.tokens = 100;
    small.name = 3;
    c = ctx_new(NULL, &small);
    assert_null(tokens(c, "long"));
    assert_int_equal(c->diag.code, ERR_LIMIT);
    ctx_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings),
        cmocka_unit_test(numbers_and_blanks),
        cmocka_unit_test(dump),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
