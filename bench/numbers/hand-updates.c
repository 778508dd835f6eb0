#include "hand.h"
const Hand hand_updates[] = {{NULL, NULL}};
