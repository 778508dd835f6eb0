/* blas.c: BLAS and LAPACK found when numbers are first asked for: deriving does
 * not pay for loading them. */
#include "run/blas.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static void *routine(const Blas *b, const char *name)
{
    void *f = b->handle[0] ? dlsym(b->handle[0], name) : NULL;
    return !f && b->handle[1] ? dlsym(b->handle[1], name) : f;
}

static bool open_any(Blas *b)
{
    static const char *const one[] = {"libopenblas.so.0", "libopenblas.so",
                                      "libmkl_rt.so", "libflexiblas.so.3"};
    const char *named = getenv("NABLA_BLAS");
    if (named && *named) {
        b->handle[0] = dlopen(named, RTLD_NOW | RTLD_LOCAL);
        return b->handle[0] != NULL;
    }
    for (size_t i = 0; i < sizeof one / sizeof *one; i++)
        if ((b->handle[0] = dlopen(one[i], RTLD_NOW | RTLD_LOCAL)))
            return true;
    b->handle[0] = dlopen("liblapack.so.3", RTLD_NOW | RTLD_LOCAL);
    b->handle[1] = dlopen("libblas.so.3", RTLD_NOW | RTLD_LOCAL);
    return b->handle[0] && b->handle[1];
}

/* A function pointer from an object pointer, as POSIX allows. */
#define TAKE(to, letter, name)                                                \
    do {                                                                      \
        void *f = routine(b, letter #name "_");                               \
        if (!f) {                                                             \
            *missing = letter #name;                                          \
            blas_unload(b);                                                   \
            return false;                                                     \
        }                                                                     \
        memcpy(&(to).name, &f, sizeof f);                                     \
    } while (0);

/* Does it say that it runs its kernels for AVX2?  It takes them on processors
 * with AVX-512 that it does not know, and where the environment says so. */
static bool is_narrow(const Blas *b)
{
    static const char *const names[] = {"Haswell", "Zen"};
    const char *(*name)(void) = NULL;
    void *f = routine(b, "openblas_get_corename");
    if (!f)
        return false;
    memcpy(&name, &f, sizeof f);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name(), names[i]) == 0)
            return true;
    return false;
}

bool blas_load(Blas *b, const char **missing)
{
    memset(b, 0, sizeof *b);
    const char *named = getenv("NABLA_BLAS");
    *missing = named && *named ? named : "libopenblas.so.0";
    if (!open_any(b)) {
        blas_unload(b);
        return false;
    }
#define ROUTINE(name, type, args) TAKE(b->d, "d", name)
#include "run/blas.def"
#undef ROUTINE
#define ROUTINE(name, type, args) TAKE(b->s, "s", name)
#include "run/blas.def"
#undef ROUTINE
#define ROUTINE(name, type, args) TAKE(b->z, "z", name)
#include "run/blasz.def"
#undef ROUTINE
    void *f = routine(b, "openblas_set_num_threads");
    if (f)
        memcpy(&b->set_threads, &f, sizeof f);
    f = routine(b, "openblas_get_num_threads");
    if (f)
        memcpy(&b->threads, &f, sizeof f);
    b->narrow = is_narrow(b);
    return true;
}

void blas_unload(Blas *b)
{
    for (int i = 0; i < 2; i++)
        if (b->handle[i])
            dlclose(b->handle[i]);
    memset(b, 0, sizeof *b);
}
