/* npz.c: NumPy's archives: a zip file of .npy members, stored or deflated. */
#include "data/file.h"
