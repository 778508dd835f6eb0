/* main.c: nabla-import MEMORY FORMAT FILE [MEMBER]: an array as .npy on
 * standard output, or "!" and what is wrong.  The limits stand before the
 * file is opened. */
#include "import.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { SECONDS = 60, LIBRARIES = 256 << 20 };

void refuse(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    putchar('!');
    vprintf(fmt, ap);
    va_end(ap);
    fflush(stdout);
    exit(2);
}

void *allocate(uint64_t a, uint64_t b, uint64_t c)
{
    void *p = NULL;
    if (a == 0 || b == 0)
        refuse("the array is empty");
    if (b <= SIZE_MAX / a && c <= SIZE_MAX / (a * b))
        p = calloc((size_t)(a * b), (size_t)c);
    if (!p)
        refuse("there is no memory for %llu x %llu numbers",
               (unsigned long long)a, (unsigned long long)b);
    return p;
}

static void limit(int what, rlim_t most)
{
    struct rlimit r;
    if (getrlimit(what, &r) != 0)
        exit(3);
    r.rlim_cur = r.rlim_max < most ? r.rlim_max : most;
    r.rlim_max = r.rlim_cur;
    if (setrlimit(what, &r) != 0)
        exit(3);
}

static void limits(unsigned long long memory)
{
    limit(RLIMIT_CPU, SECONDS);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 16);
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
    limit(RLIMIT_AS, (rlim_t)memory * 3 + LIBRARIES);
#else
    (void)memory;
#endif
}

static void write_npy(const Table *t)
{
    const uint16_t one = 1;
    char text[200], shape[60] = "";
    if (t->ndim == 1)
        snprintf(shape, sizeof shape, "%llu,", (unsigned long long)t->dim[0]);
    else if (t->ndim == 2)
        snprintf(shape, sizeof shape, "%llu, %llu",
                 (unsigned long long)t->dim[0],
                 (unsigned long long)t->dim[1]);
    int n = snprintf(text, sizeof text,
                     "{'descr': '%c%s', 'fortran_order': %s, 'shape': (%s)}\n",
                     *(const unsigned char *)&one ? '<' : '>', t->type,
                     t->fortran ? "True" : "False", shape);
    fwrite("\x93NUMPY\x01\0", 1, 8, stdout);
    putchar(n);
    putchar(0);
    fputs(text, stdout);
    fwrite(t->data, t->size, (size_t)(t->dim[0] * t->dim[1]), stdout);
}

int main(int argc, char **argv)
{
    Table t = {.dim = {1, 1}};
    if (argc < 4 || argc > 5) {
        fputs("nabla-import MEMORY FORMAT FILE [MEMBER]\n", stderr);
        return 2;
    }
    limits(strtoull(argv[1], NULL, 10));
    if (strcmp(argv[2], "mat") == 0)
        read_mat(argv[3], argv[4], &t);
    else
        read_hdf5(argv[3], argv[4], &t);
    write_npy(&t);
    int ok = fflush(stdout) == 0 && !ferror(stdout);
    free(t.data);
    return ok ? 0 : 2;
}
