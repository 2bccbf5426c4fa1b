/* What two globs have to do with each other. Both answers may be too cautious, and are never wrong. */
#ifndef ISPY_BASE_GLOB_RELATION_H
#define ISPY_BASE_GLOB_RELATION_H

#include <importspy/base.h>

/* true: whatever `narrow` matches, `wide` matches as well. */
bool ispy_glob_covers(ispy_str wide, ispy_str narrow, char separator);
/* false: nothing is matched by both. */
bool ispy_glob_may_meet(ispy_str a, ispy_str b, char separator);

#endif
