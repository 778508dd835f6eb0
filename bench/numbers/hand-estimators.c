#include "hand.h"
const Hand hand_estimators[] = {{NULL, NULL}};
