/* check.c: nabla check: the verdict on standard output; exit status 0 if the
 * equation is an identity, 1 with a counter-example. */
#include "cli.h"
#include "nabla.h"

#include <stdio.h>
#include <string.h>

static void show_proof(const nb_verdict *v)
{
    if (!v->proof.oracle)
        printf("holds: %s\n", v->how);
    else if (strcmp(v->proof.oracle, "multi-precision") == 0)
        printf("holds: to %d digits at %u points\n", (int)v->proof.digits,
               v->proof.points);
    else
        printf("holds: %s, %u points, error below 2^%d\n", v->how,
               v->proof.points, (int)v->proof.log2_error);
}

static void show_json(const nb_verdict *v, const char *equation)
{
    printf("{\"input\": ");
    print_json(equation);
    printf(", \"holds\": %s, \"how\": ", v->holds ? "true" : "false");
    print_json(v->how);
    printf(", \"point\": ");
    print_json(v->point);
    printf(", \"left\": ");
    print_json(v->left);
    printf(", \"right\": ");
    print_json(v->right);
    printf(", \"repair\": ");
    print_json(v->repair);
    printf("}\n");
}

void print_json(const char *s)
{
    if (!s) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *s; s++)
        if (*s == '"' || *s == '\\')
            printf("\\%c", *s);
        else if ((unsigned char)*s < 32)
            printf("\\u%04x", *s);
        else
            putchar(*s);
    putchar('"');
}

int show_verdict(const nb_verdict *v, const char *equation, int json)
{
    const char *s;
    if (json) {
        show_json(v, equation);
        return v->holds ? 0 : 1;
    }
    for (size_t k = 0; (s = nb_verdict_inferred(v, k)); k++)
        fprintf(stderr, "%s%s", k ? "; " : "inferred: ", s);
    if (nb_verdict_inferred(v, 0))
        fputc('\n', stderr);
    if (v->holds) {
        show_proof(v);
        return 0;
    }
    if (v->point)
        printf("false: at %s the left side is %s, the right side %s\n",
               v->point, v->left, v->right);
    else
        printf("false: %s\n", v->how);
    if (v->repair)
        printf("%s\n", v->repair);
    return 1;
}
