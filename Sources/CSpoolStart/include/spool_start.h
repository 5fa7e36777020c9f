#ifndef SPOOL_START_H
#define SPOOL_START_H
#endif
