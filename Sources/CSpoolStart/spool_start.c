#include "spool_start.h"
