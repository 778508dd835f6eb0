/* call-test.h: compiled functions in few words, for tests. */
#ifndef NB_CALL_TEST_H
#define NB_CALL_TEST_H

#include "base-test.h"

#include "nabla.h"

#include <math.h>

/* Matrices by columns. */
#define MATRIX(p, m, n) ((nb_array){NB_F64, 2, {m, n}, {0, 0}, p})
#define VECTOR(p, n) ((nb_array){NB_F64, 1, {n, 1}, {0, 0}, p})
#define SCALAR(p) ((nb_array){NB_F64, 0, {1, 1}, {0, 0}, p})

static inline nb_function *compile_as(nb_context *c, const char *declarations,
                                      nb_program p, const char *wrt)
{
    if (declarations && !nb_declare(c, declarations))
        fail_msg("%s: %s", declarations, nb_error(c).message);
    if (wrt) {
        p.variables = &wrt;
        p.nvariables = 1;
    }
    nb_function *f = nb_compile(c, &p);
    if (!f)
        fail_msg("%s: %s", p.expression, nb_error(c).message);
    return f;
}

static inline nb_function *compile(nb_context *c, const char *declarations,
                                   const char *expression, const char *wrt,
                                   unsigned want)
{
    return compile_as(c, declarations,
                      (nb_program){.expression = expression, .want = want},
                      wrt);
}

static inline void call(nb_function *f, const nb_array *in, nb_array *out)
{
    nb_status st;
    if (!nb_call(f, in, out, &st))
        fail_msg("%s", st.message);
    assert_int_equal(st.code, NB_STATUS_OK);
}

static inline void refuse(nb_function *f, const nb_array *in, nb_array *out,
                          int code, const char *message)
{
    nb_status st;
    assert_int_equal(nb_call(f, in, out, &st), 0);
    if (!strstr(st.message, message))
        fail_msg("'%s' does not say '%s'", st.message, message);
    assert_int_equal(st.code, code);
}

static inline void near(double x, double y, double slack)
{
    if (!(fabs(x - y) <= slack * (1 + fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

#endif
